const sessions = new Map();
exports.iterate = (i) => {
  const users = i < 1700 ? 300 : 900; // traffic triples, then stays
  sessions.set(i % users, { i, cart: [i, i + 1], name: 'u' + i, profile: { a: i, b: 'x' + i } });
};
