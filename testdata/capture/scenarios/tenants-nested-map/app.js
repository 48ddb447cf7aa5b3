const byTenant = new Map();
function record(tenant, request) {
  let inner = byTenant.get(tenant);
  if (!inner) { inner = new Map(); byTenant.set(tenant, inner); }
  inner.set(request.id, request);
}
exports.iterate = (i) => record('tenant-' + (i % 12), { id: 'r' + i, path: '/x/' + (i % 7), headers: { a: i } });
