export * from './index.mjs';
export * from './runner.mjs';
