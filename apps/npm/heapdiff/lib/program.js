// Calls the program. What it answers is read from its JSON report, never from its prose.
'use strict';

const { execFile } = require('node:child_process');
const { findBinary } = require('./binary.js');

const kStatusOf = { held: 'held', failed: 'failed', 'not-enough-evidence': 'open' };

// Settings of the environment must not decide what a test asserts.
function environment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HEAPDIFF_')));
}

function call(args, accepted) {
  return new Promise((resolve, reject) => {
    const options = { env: environment(), maxBuffer: 1 << 28, encoding: 'utf8' };
    execFile(findBinary(), args, options, (error, stdout, stderr) => {
      const code = error ? error.code : 0;
      if (accepted.includes(code)) {
        resolve({ code, stdout, stderr });
      } else {
        const how = error.signal ? `was ended by ${error.signal}` : `ended with ${code}`;
        reject(new Error(`heapdiff ${how}: ${stderr.trim() || error.message}`));
      }
    });
  });
}

const kPlain = ['--color', 'never', '--width', '110'];

function argumentsOf(files, { gates, ops, suppress }) {
  return ['analyze', ...files, '--ops', String(ops), ...gates.flatMap((gate) => ['--fail-on', gate]),
    ...(suppress ? ['--suppress', suppress] : [])];
}

// Judges a series: what --format json says, and the gates.
async function analyze(files, question) {
  const { stdout } = await call([...argumentsOf(files, question), '--format', 'json'], [0, 1, 6]);
  const report = JSON.parse(stdout);
  const gates = report.gates.map((gate) => ({ ...gate, status: kStatusOf[gate.status] }));
  if (gates.length !== question.gates.length) {
    throw new Error(`heapdiff judged ${gates.length} gates of ${question.gates.length}`);
  }
  return { report, gates };
}

// The short answer for a person; the whole of it goes to the files.
async function describe(files, question, { json, html }) {
  await call([...argumentsOf(files, question), '-q', '-o', `json=${json}`, '-o', `html=${html}`], [0, 1, 6]);
  return (await call([...argumentsOf(files, question), ...kPlain], [0, 1, 6])).stdout.trimEnd();
}

// How many objects of each class a snapshot has.
async function countClasses(file, names) {
  const counts = {};
  for (const name of names) {
    const { stdout } = await call(['summary', file, '--filter', name, '--top', '0', '--format', 'json'], [0]);
    const row = JSON.parse(stdout).tables.constructors.rows.find((each) => each.name === name);
    counts[name] = row ? row.count : 0;
  }
  return counts;
}

// The fields of an object, by its id.
async function fieldsOf(file, id) {
  const { stdout } = await call(['explain', file, '--id', `@${id}`, '--top', '0', '--format', 'json'], [0]);
  return JSON.parse(stdout).tables.fields.rows;
}

// The id of the only instance of a class.
async function idOfInstance(file, name) {
  const { stdout } = await call(['explain', file, '--constructor', name, '--format', 'json'], [0]);
  return JSON.parse(stdout).tables.instances.rows[0].id;
}

// The short text on one object: what holds it.
async function explainObject(file, id) {
  return (await call(['explain', file, '--id', `@${id}`, ...kPlain], [0])).stdout.trimEnd();
}

// Bytes of all objects of a snapshot.
async function sizeOfHeap(file) {
  const { stdout } = await call(['summary', file, '--filter', 'no class has this name', '--format', 'json'], [0]);
  return JSON.parse(stdout).facts.total;
}

// Every object gets another id when a debugger of this process leaves; then `--force` compares classes all the same.
async function compareTwo(before, after) {
  return (await call(['diff', before, after, '--force', ...kPlain, '--top', '10'], [0])).stdout.trimEnd();
}

module.exports = { analyze, describe, countClasses, fieldsOf, idOfInstance, explainObject, sizeOfHeap, compareTwo };
