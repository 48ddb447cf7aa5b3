const handles = new Map();
const registry = new FinalizationRegistry((h) => handles.delete(h.id));
class Texture { constructor(id) { this.id = id; } }
function loadTexture(id) {
  const t = new Texture(id);
  const held = { id, texture: t, pixels: new Array(30).fill(id) };
  registry.register(t, held);
  return t.id;
}
exports.iterate = loadTexture;
