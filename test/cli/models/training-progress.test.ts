import { expect } from 'chai';
import { stepText } from '../../../cli/models/training-progress.ts';

describe('the progress of a training', () => {
  const step = {
    what: 'seed 2 of 4',
    epoch: 25,
    epochs: 50,
    loss: 0.12345,
    validationLoss: 0.2,
    share: 0.375,
  };

  it('is a line that says what, how far, how well and how long still', () => {
    expect(stepText(step, 30_000)).to.equal(
      'seed 2 of 4, epoch 25 of 50: loss 0.1235, validation 0.2000; 50s left',
    );
  });

  it('says nothing of the time left when it is over', () => {
    expect(stepText({ ...step, share: 1 }, 30_000)).to.match(/validation 0\.2000$/);
  });
});
