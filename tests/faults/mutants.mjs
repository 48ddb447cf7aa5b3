// mutants.mjs BUILD [MUTANTS] [--again]: changes one small thing at a time in the code that decides (the graph's
// builder, dominators, differences, growth, gates) and demands that the tests within the process notice it. BUILD is a
// build of the `dev` preset, whose files are compiled one by one, with heapdiff_tests in it. The mutants are drawn with
// a fixed seed, MUTANTS in all (200), as many of each group. The list is in BUILD/mutants/results.tsv, so that a run
// that was stopped goes on; `--again` runs the survivors of the list again, after tests were added.
//
// Not counted: what does not compile, what gives the same machine code at -O2, and how far memory is fetched ahead.
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const again = process.argv.includes('--again');
const [buildArgument, wantedArgument = '200'] = process.argv.slice(2).filter((a) => a !== '--again');
if (!buildArgument) {
  console.error('usage: mutants.mjs BUILD [MUTANTS] [--again]');
  process.exit(2);
}
const build = resolve(buildArgument);
const work = join(build, 'mutants');
mkdirSync(work, { recursive: true });

// The files of each group, and the tests that are asked first: most mutants end there.
const groups = {
  builder: { files: ['libsnapshot/src/parse/graph_builder.cpp', 'libsnapshot/src/parse/row_checks.cpp', 'libsnapshot/src/parse/edge_name_coder.cpp', 'libsnapshot/src/graph/snapshot_graph.cpp', 'libsnapshot/src/graph/graph_checks.cpp'],
    first: '*snapshot/load_test*,*snapshot/graph_checks*,*snapshot/malformed*,*snapshot/format_versions*,*snapshot/edge_names*' },
  dominators: { files: ['libsnapshot/src/algorithms/dominators.cpp', 'libsnapshot/src/algorithms/dominator_order.cpp'], first: '*snapshot/dominators_test*' },
  diff: { files: ['libdiff/src/series/class_diff.cpp', 'libdiff/src/series/cohorts.cpp', 'libdiff/src/series/survivors.cpp', 'libdiff/src/series/object_facts.cpp', 'libdiff/src/suspects/new_objects.cpp', 'libdiff/src/suspects/accumulation.cpp', 'libdiff/src/suspects/suspects.cpp'],
    first: '*diff/class_diff*,*diff/object_facts*,*diff/accumulations*,*diff/suspects*,*diff/false_facts*' },
  growth: { files: ['line_fit', 'rate', 'trajectory', 'suspect_growth', 'store_growth', 'rising_classes', 'captures', 'outlook', 'clocks'].map((f) => `libdiff/src/growth/${f}.cpp`),
    first: '*diff/growth_test*,*diff/outlook*,*diff/captures*,*diff/suspects_test*' },
  gates: { files: ['gate', 'gate_rule', 'gate_evidence', 'verdict', 'verify'].map((f) => `libdiff/src/verdict/${f}.cpp`),
    first: '*diff/gate_*,*diff/verdict_test*,*diff/verify_test*' },
};

// ---- The code without what no mutant may touch

/** The text with comments, literals and directives blanked, at the same offsets. */
function bare(text) {
  const pieces = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|R"\(([\s\S]*?)\)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'|^[ \t]*#[^\n]*|\[\[[^\]]*\]\]/gm;
  return text.replace(pieces, (piece) => piece.replace(/[^\n]/g, ' '));
}

/** The text with '@' for all loops and conditions that do nothing but fetch memory ahead: they change no answer. */
function withoutFetches(code) {
  let rest = code;
  for (let before = ''; before !== rest;) {
    before = rest;
    rest = rest.replace(/\b(?:for|if) \([^{}]*\) \{([^{}]*)\}/g, (block, body) => {
      const other = body.replace(/__builtin_prefetch\([^;]*\);|const [^;]*;|@|\s/g, '');
      return other === '' && /__builtin_prefetch|@/.test(body) ? '@'.repeat(block.length) : block;
    });
  }
  return rest;
}

// Assertions and messages; hints to the processor and sizes reserved, which change no answer.
const untouchable = /assert|fmt::|Error\(|\bwarn\(|prefault|prefetch|kPrefetch|\breserve\(|release\(|template|using |noexcept\(|operator|namespace|constexpr std::string_view/;

/** The statement around an offset: from behind the last ; { } to the next. */
function statementAt(code, at) {
  const begin = Math.max(...[';', '{', '}'].map((c) => code.lastIndexOf(c, at - 1))) + 1;
  const ends = [';', '{', '}'].map((c) => code.indexOf(c, at)).filter((i) => i >= 0);
  return code.slice(begin, ends.length === 0 ? code.length : Math.min(...ends) + 1);
}

function closing(code, open) {
  for (let i = open, depth = 0; i < code.length; i += 1) {
    if (code[i] === '(') depth += 1;
    if (code[i] === ')' && (depth -= 1) === 0) return i;
  }
  return -1;
}

/** All mutants of a text: {at, length, put, what, fetches}. */
function mutantsOf(text) {
  const code = bare(text);
  const answers = withoutFetches(code);
  const found = [];
  const each = (pattern, puts) => {
    for (const match of code.matchAll(pattern)) {
      const list = puts(match);
      if (!list || untouchable.test(statementAt(code, match.index))) continue;
      for (const [put, what, at = match.index, length = match[0].length] of list) found.push({ at, length, put, what, fetches: answers[at] === '@' });
    }
  };
  const compare = { '<': ['<=', '>'], '>': ['>=', '<'], '<=': ['<', '>='], '>=': ['>', '<='], '==': ['!='], '!=': ['=='] };
  each(/ (<=|>=|==|!=|<|>) /g, (m) => compare[m[1]].map((put) => [` ${put} `, 'relation']));
  each(/(?<=[\w)\]]) ([+\-*/]) (?=[\w(])/g, (m) => [[` ${{ '+': '-', '-': '+', '*': '/', '/': '*' }[m[1]]} `, 'arithmetic']]);
  each(/ ([+-])= /g, (m) => [[` ${m[1] === '+' ? '-' : '+'}= `, 'arithmetic']]);
  each(/\+\+|--/g, (m) => [[m[0] === '++' ? '--' : '++', 'step']]);
  each(/(?<![\w.'])(\d+)(?=[U]?L?L?\b)(?![.\w]*[.x'])(?!U?>)/g, (m) => [[`${Number(m[1]) + 1}`, 'constant'], ...(m[1] === '0' ? [] : [[`${Number(m[1]) - 1}`, 'constant']])]);
  each(/(?<![\w.'])\d+\.\d+\b/g, (m) => [[`${Number(m[0]) + 1}`.replace(/^(\d+)$/, '$1.0'), 'constant']]);
  each(/ (&&|\|\|) /g, (m) => [[m[1] === '&&' ? ' || ' : ' && ', 'logic']]);
  each(/\bif (?:constexpr )?\(/g, (m) => {
    const open = m.index + m[0].length - 1;
    const close = closing(code, open);
    return close < 0 || m[0].includes('constexpr') ? null : [[`(!(${text.slice(open + 1, close)}))`, 'negation', open, close - open + 1]];
  });
  each(/\b(true|false)\b/g, (m) => [[m[1] === 'true' ? 'false' : 'true', 'constant']]);
  each(/\breturn (?!true;|false;|\{\};|std::nullopt;)[^;{]+;/g, () => [['return {};', 'returned value']]);
  each(/^[ \t]*((?:\+\+|--|\*)?[\w.\[\]]+(?:(?:->|\.|::)\w+(?:\[[^\]\n]*\])?)*(?:\([^;\n]*\)| [-+|&]?= [^;\n]+)|continue|break);[ \t]*$/gm, (m) =>
    /^\s*(return|delete|throw)\b/.test(m[0]) ? null : [['', 'removed statement']]);
  return found;
}

// ---- Drawing with a fixed seed

let state = 21;
function random() { // mulberry32
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
function shuffled(list) {
  for (let i = list.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

// ---- Compiling, linking, running

const run = (command, options = {}) => spawnSync('sh', ['-c', command], { cwd: build, encoding: 'utf8', maxBuffer: 1 << 28, ...options });
const commands = new Map(JSON.parse(readFileSync(join(build, 'compile_commands.json'), 'utf8')).map((c) => [resolve(c.directory, c.file), c.command]));

function compile(file, source, object, level) {
  const command = commands.get(join(root, file)).replace(/^\S*ccache /, '').replace(/ -o \S+ -c \S+$/, '').replace(/ -O\d/g, '').replace(/ -Werror/g, '');
  return run(`${command} -w -g0 ${level} -o ${object} -c ${source}`).status === 0;
}
// The object goes before the libraries, so that nothing of the same file is taken from them.
const linking = run('ninja -t commands tests/heapdiff_tests').stdout.trim().split('\n').at(-1)
  .replace(/^: && /, '').replace(/ && :$/, '').replace(/&& cd .*$/, '').replace(/ -g\d?\b/g, '');
function link(object) {
  const command = linking.replace(/-o \S+/, `-fuse-ld=${existsSync('/usr/bin/ld.lld') ? 'lld' : 'bfd'} -o ${work}/tests ${object}`);
  const linked = run(command);
  if (linked.status !== 0) throw new Error(linked.stderr);
}

const within = `-sf='*tests/snapshot/*,*tests/diff/*'`;
/** Whether the tests notice. */
function killed(filter, seconds) {
  const result = run(`ulimit -t ${seconds} -v 12000000; exec ./mutants/tests ${filter} --abort-after=1 >mutants/log 2>&1`);
  return result.status !== 0;
}
const names = (list) => list.map((n) => n.replaceAll('\\', '\\\\').replaceAll(',', '\\,').replaceAll("'", "'\\''")).join(',');

/** The cases by what they cost without a mutant, in seconds of CPU time: doctest says how long they took, which is more
 *  where other programs run. */
function timings() {
  writeFileSync(join(work, 'none.cpp'), '');
  run(`c++ -c mutants/none.cpp -o mutants/none.o`);
  link(`${work}/none.o`);
  const cached = join(work, 'timings.json');
  if (!existsSync(cached)) {
    const result = run(`./mutants/tests ${within} -d=true --no-colors=true; code=$?; times; exit $code`);
    if (result.status !== 0) throw new Error(`the tests fail without a mutant:\n${result.stdout.slice(-3000)}`);
    const cases = [...result.stdout.matchAll(/^([\d.]+) s: (.*)$/gm)].map((m) => ({ seconds: Number(m[1]), name: m[2] }));
    const used = [...result.stdout.trim().split('\n').at(-1).matchAll(/(\d+)m([\d.]+)s/g)].reduce((s, m) => s + 60 * Number(m[1]) + Number(m[2]), 0);
    const share = Math.min(1, used / sum(cases));
    writeFileSync(cached, JSON.stringify(cases.map((c) => ({ ...c, seconds: c.seconds * share })), null, 1));
  }
  return JSON.parse(readFileSync(cached, 'utf8'));
}
const sum = (list) => list.reduce((s, c) => s + c.seconds, 0);
const cases = timings();
const slow = cases.filter((c) => c.seconds >= 0.5);
const affordable = slow.filter((c) => c.seconds < 3); // the simulations of thousands of series are left out
/** A mutant that never ends is one that the tests notice. */
const limit = (seconds) => Math.ceil(10 + 4 * seconds);
/** What the cases of a filter cost, but for the slow ones. */
const quickCost = (filter) => {
  const listed = new Set(run(`./mutants/tests -ltc --no-colors=true ${filter}`).stdout.split('\n'));
  return sum(cases.filter((c) => listed.has(c.name) && !slow.includes(c)));
};
const planned = new Map();
const stages = (group) => {
  if (!planned.has(group)) planned.set(group, plan(group));
  return planned.get(group);
};
function plan(group) {
  const room = group === 'builder' || group === 'dominators' ? '*tests/snapshot/*' : '*tests/diff/*';
  const first = `-sf='${groups[group].first}'`;
  const rest = `-sf='${room}' -sfe='${groups[group].first}'`;
  const quick = `-tce='${names(slow.map((c) => c.name))}'`;
  return [
    [`${first} ${quick}`, limit(quickCost(first))],
    [`${rest} ${quick}`, limit(quickCost(rest))],
    [`-sf='${room}' -tc='${names(affordable.map((c) => c.name))}'`, limit(sum(affordable))],
  ];
}

const sound = new Map();
function soundObject(file, level) {
  const object = join(work, `sound${level}-${file.replaceAll('/', '-')}.o`);
  if (!sound.has(object)) {
    if (!compile(file, join(root, file), object, level)) throw new Error(`${file} does not compile`);
    sound.set(object, readFileSync(object));
  }
  return sound.get(object);
}
/** What is executed: the sections of code and data, without the name of the source. */
function executed(object) {
  return execFileSync('objdump', ['-d', '-r', '-s', '-j', '.text', '-j', '.rodata', '--no-show-raw-insn', object], { encoding: 'utf8', maxBuffer: 1 << 28 }).split('\n').slice(3).join('\n');
}
function judge(group, mutant) {
  const text = readFileSync(join(root, mutant.file), 'utf8');
  writeFileSync(join(work, 'mutant.cpp'), text.slice(0, mutant.at) + mutant.put + text.slice(mutant.at + mutant.length));
  if (!compile(mutant.file, join(work, 'mutant.cpp'), join(work, 'mutant.o'), '-O0')) return 'does not compile';
  link(`${work}/mutant.o`);
  for (const [filter, seconds] of stages(group)) if (killed(filter, seconds)) return 'killed';
  soundObject(mutant.file, '-O2');
  compile(mutant.file, join(work, 'mutant.cpp'), join(work, 'mutant2.o'), '-O2');
  return executed(join(work, 'mutant2.o')) === executed(join(work, `sound-O2-${mutant.file.replaceAll('/', '-')}.o`)) ? 'same code' : 'SURVIVED';
}

// ---- The list

const list = join(work, 'results.tsv');
const results = new Map((existsSync(list) ? readFileSync(list, 'utf8').trim().split('\n') : []).filter(Boolean).map((l) => {
  const [key, result] = l.split('\t');
  return [key, result];
}));
const keyOf = (m) => `${m.file}@${m.at}+${m.length}:${JSON.stringify(m.put)}`;
const perGroup = Math.ceil(Number(wantedArgument) / Object.keys(groups).length);
const table = [];
const drawn = Object.entries(groups).map(([group, { files }]) => ({
  group,
  mutants: shuffled(files.flatMap((file) => mutantsOf(readFileSync(join(root, file), 'utf8')).map((m) => ({ ...m, file })))),
}));
/** Runs the next mutant of a group that counts. */
function next({ group, mutants }) {
  while (mutants.length > 0) {
    const mutant = mutants.shift();
    if (mutant.fetches) continue;
    const key = keyOf(mutant);
    let result = results.get(key);
    if (!result || (again && result === 'SURVIVED')) {
      result = judge(group, mutant);
      const text = readFileSync(join(root, mutant.file), 'utf8');
      const line = text.slice(0, mutant.at).split('\n').length;
      const before = text.slice(mutant.at, mutant.at + mutant.length).trim().replace(/\s+/g, ' ');
      const what = `${mutant.what}: ${before} -> ${mutant.put.trim().replace(/\s+/g, ' ')}`;
      appendFileSync(list, `${key}\t${result}\t${mutant.file}:${line}\t${what}\n`);
      if (result !== 'does not compile') console.log(`${result}  ${mutant.file}:${line}  ${what}`);
    }
    if (result === 'killed' || result === 'SURVIVED') {
      table.push({ group, file: mutant.file, result });
      return;
    }
  }
}
for (let i = 0; i < perGroup; i += 1) drawn.forEach(next);
for (const by of ['file', 'group']) {
  const rows = new Map();
  for (const row of table) rows.set(row[by], [...(rows.get(row[by]) ?? []), row.result]);
  for (const [name, row] of rows) console.log(`${name}: ${row.filter((r) => r === 'killed').length} of ${row.length} killed`);
}
const dead = table.filter((row) => row.result === 'killed').length;
console.log(`${table.length} mutants, ${dead} killed, ${table.length - dead} survived`);
process.exit(dead >= 0.9 * table.length ? 0 : 1);
