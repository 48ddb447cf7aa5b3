export * from './index.js';
export * from './runner.js';
