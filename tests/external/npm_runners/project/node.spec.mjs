import test from 'node:test';
import * as all from 'heapdiff/test/node';
import define from './body.cjs';

define({ ...all, test });
