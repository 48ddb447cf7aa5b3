class TreeNode { constructor(key, value) { this.key = key; this.value = value; this.left = null; this.right = null; } }
class Index {
  constructor() { this.root = null; }
  insert(key, value) {
    const node = new TreeNode(key, value);
    if (!this.root) { this.root = node; return; }
    let at = this.root;
    for (;;) {
      const side = key < at.key ? 'left' : 'right';
      if (!at[side]) { at[side] = node; return; }
      at = at[side];
    }
  }
}
const index = new Index();
let seed = 42;
exports.iterate = (i) => { seed = (seed * 1103515245 + 12345) & 0x7fffffff; index.insert(seed, { i, doc: 'd' + i }); };
