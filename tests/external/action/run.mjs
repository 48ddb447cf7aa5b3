// A runner for composite actions, as far as action.yml needs one: inputs with defaults, `if`, env, outputs.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

const [rootArgument, work] = process.argv.slice(2);
const root = resolve(rootArgument);
const action = parse(readFileSync(join(root, 'action.yml'), 'utf8'));
const testdata = join(root, 'testdata/snapshots');

function evaluate(text, context) {
  const value = (expression) => new Function('inputs', 'steps', 'github', `return ${expression
    .replace(/(inputs|outputs)\.([\w-]+)/g, '$1["$2"]').replaceAll('==', '===').replaceAll('!=', '!==')}`)(
    context.inputs, context.steps, { token: 'token' });
  const whole = /^\$\{\{(.*)\}\}$/.exec(text.trim());
  if (whole && !whole[1].includes('${{')) return value(whole[1]);
  return text.replace(/\$\{\{(.*?)\}\}/g, (_, expression) => value(expression));
}

function run(given) {
  const context = { steps: {}, inputs: {} };
  for (const [name, { default: fallback }] of Object.entries(action.inputs)) {
    context.inputs[name] = given[name] ?? (fallback === undefined ? '' : String(evaluate(String(fallback), context)));
  }
  for (const name of Object.keys(given)) assert.ok(name in action.inputs, `no input ${name}`);
  const summary = join(work, 'step-summary');
  rmSync(summary, { force: true });
  const used = [];
  let failed = 0;
  let log = '';
  for (const step of action.runs.steps) {
    if (failed || (step.if && !evaluate(step.if, context))) continue;
    if (step.uses) {
      used.push(step.uses.split('@')[0]);
      continue;
    }
    const output = join(work, 'output');
    writeFileSync(output, '');
    const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, value]) => [name, String(evaluate(value, context) ?? '')]));
    assert.equal(step.shell, 'bash');
    const ran = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], {
      cwd: join(work, 'checkout'), encoding: 'utf8', env: { PATH: `${join(root, 'tests/external/action')}:/usr/bin:/bin`, HOME: work, ...env,
        GITHUB_ACTION_PATH: root, GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary, GITHUB_REF: 'refs/pull/7/merge',
        GITHUB_REPOSITORY: 'someone/service', RUNNER_TEMP: work, GH_STATE: join(work, 'comment') },
    });
    log += ran.stdout + ran.stderr;
    failed = ran.status;
    if (step.id) {
      const outputs = Object.fromEntries(readFileSync(output, 'utf8').split('\n').filter(Boolean).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
      context.steps[step.id] = { outputs };
    }
  }
  const outputs = Object.fromEntries(Object.entries(action.outputs).map(([name, { value }]) => [name, evaluate(value, context)]));
  return { code: failed, outputs, used, log, summary: existsSync(summary) ? readFileSync(summary, 'utf8') : '' };
}

mkdirSync(join(work, 'checkout'));
const calls = () => readFileSync(join(work, 'comment.calls'), 'utf8').split('\n').filter((line) => /^(POST|PATCH)/.test(line));
const common = { heapdiff: join(work, 'heapdiff.tar.gz'), ops: '1000', 'fail-on': 'leak\ngrowth>1kB/op', comment: 'true' };
const leaking = { ...common, snapshots: join(testdata, 'bug-892-ci') };

const first = run(leaking);
assert.equal(first.code, 1, first.log);
assert.equal(first.outputs.verdict, 'leak');
assert.ok(Number(first.outputs.rate) > 100, `rate ${first.outputs.rate}`);
const report = JSON.parse(readFileSync(join(work, 'checkout', first.outputs.report), 'utf8'));
assert.equal(report.verdict, 'leak');
assert.equal(Number(first.outputs.rate), report.heap.bytesPerOperation.estimate);
assert.match(first.summary, /cache\.service/);
assert.match(first.log, /^::error/m);
assert.ok(JSON.parse(readFileSync(join(work, 'checkout/heapdiff-report/heapdiff.sarif'), 'utf8')).runs.length > 0);
assert.deepEqual(first.used, ['actions/upload-artifact']);
assert.deepEqual(calls(), ['POST repos/someone/service/issues/7/comments']);
assert.match(readFileSync(join(work, 'comment'), 'utf8'), /^<!-- heapdiff -->\n/);

assert.equal(run(leaking).code, 1);
const fixed = run({ ...common, snapshots: join(testdata, 'bug-892-fixed'), sarif: 'true' });
assert.equal(fixed.code, 0, fixed.log);
assert.equal(fixed.outputs.verdict, 'no-leak');
assert.deepEqual(fixed.used, ['github/codeql-action/upload-sarif']);
assert.deepEqual(calls().slice(1), Array(2).fill('PATCH repos/someone/service/issues/comments/41'));

rmSync(join(work, 'comment'));
assert.equal(run({ ...common, snapshots: join(testdata, 'bug-892-fixed') }).code, 0);
assert.equal(calls().length, 3, 'no comment where nothing failed and there was none');

const compared = run({ ...common, comment: 'false', snapshots: join(testdata, 'bug-892-ci'), 'compare-with': join(testdata, 'bug-892-fixed') });
assert.match(compared.summary, /Compared with the other build/);
assert.equal(compared.code, 1);

const open = run({ ...common, comment: 'false', snapshots: join(testdata, 'bug-892-ci/Heap.20260302.010000.1.0.001.heapsnapshot.zst') });
assert.equal(open.code, 6);
assert.equal(open.outputs.verdict, 'inconclusive');

const hostile = run({ ...common, snapshots: '$(touch owned)\n`touch owned`; touch owned', 'fail-on': 'leak"; touch owned; "' });
assert.notEqual(hostile.code, 0);
assert.ok(!existsSync(join(work, 'checkout/owned')), 'an input is no command');
console.log('the action: leak, fix, open; one comment made, two updates; inputs are no commands');
