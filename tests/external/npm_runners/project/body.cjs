// The same tests for every runner. SUBJECT is leaking or fixed.
module.exports = function define({ test, expect, leakTest, heapBudget, assertNoLeak, selfCheck }) {
  const subject = require('./subject.cjs');
  const which = process.env.SUBJECT;
  heapBudget(which === 'leaking' ? 1000 : '20MB');

  leakTest('a subscription is taken off again', subject[which]);

  test('an object that is let go is collected', async () => {
    let value = { made: 'here' };
    const ref = new WeakRef(value);
    if (which === 'leaking') subject.keep(value);
    value = undefined;
    await expect(ref).toBeCollected();
  });

  test('a function of another process', async () => {
    await assertNoLeak(`${__dirname}/subject.cjs#${which}`, { isolate: true });
  });

  test('the matcher', async () => {
    await expect(subject[which]).not.toLeak({ iterations: 500 });
  });

  test('a planted leak is seen', async () => { await selfCheck(); });
};
