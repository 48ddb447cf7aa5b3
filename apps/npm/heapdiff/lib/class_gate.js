// Counts of classes over a series: "no more than N Socket more at the end than at the first snapshot".
'use strict';

// A count that is above the limit and rose at every step is growth. What rose early and stays is a pool that was filled;
// what is neither is open, and more snapshots tell.
function judgeClass(counts, limit) {
  const last = counts.length - 1;
  if (counts[last] - counts[0] <= limit) return 'held';
  if (counts.every((count, i) => i === 0 || count > counts[i - 1])) return 'failed';
  return last >= 4 && counts[last] - counts[Math.floor(last / 2)] <= limit ? 'held' : 'open';
}

// Whether no class has more objects at the end than its limit allows.
function isWithin(limits, counts) {
  return Object.entries(limits).every(([name, limit]) => counts[counts.length - 1][name] - counts[0][name] <= limit);
}

// `counts` has one {class: count} per snapshot; the first and the last suffice when they are within the limits.
function judgeClasses(limits, counts) {
  return Object.entries(limits).map(([name, limit]) => {
    const row = counts.map((each) => each[name]);
    const status = judgeClass(row, limit);
    return { expression: `${name} ${limit}`, status, reason: `${name} objects: ${row.join(', ')}; at most ${limit} more` };
  });
}

module.exports = { judgeClass, judgeClasses, isWithin };
