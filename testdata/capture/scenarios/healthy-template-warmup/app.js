'use strict';
// Page templates are compiled to functions when first asked for; rare ones come late, and then all are there. No leak.

const names = Array.from({ length: 90 }, (_, i) => `page-${i}`);
const compiled = new Map();

function compile(name) {
  const fields = Array.from({ length: 12 }, (_, i) => `field${(name.length * 7 + i) % 40}`);
  const body = fields.map((field) => `out += '<dt>${field}</dt><dd>' + (data.${field} ?? '${name}') + '</dd>';`).join('\n');
  return new Function('data', `let out = '';\n${body}\nreturn out;`);
}

function render(name, data) {
  if (!compiled.has(name)) compiled.set(name, compile(name));
  return compiled.get(name)(data);
}

exports.iterate = (request) => {
  // Popular pages are asked for often, the last ones once in some hundred requests.
  const rank = Math.floor(names.length * (((request * 7919) % 1009) / 1009) ** 2);
  render(names[rank], { field1: request, field7: `row ${request}` });
};
