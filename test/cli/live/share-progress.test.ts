import { expect } from 'chai';
import { shareText, withProgress } from '../../../cli/live/share-progress.ts';
import { redirected } from '../printed.ts';

describe('Progress', () => {
  it('says how much is done and what is left, once there is anything to go by', () => {
    expect(shareText(0, 1000, 'qrcode')).to.equal('0 %: qrcode');
    expect(shareText(0.25, 5000, 'qrcode')).to.equal('25 %, 15s left: qrcode');
  });

  it('says for how long it has been so, where nobody can tell how far it is', () => {
    expect(shareText(null, 3900, 'asking Prometheus')).to.equal('3s: asking Prometheus');
  });

  it('is silent of what is over within a second, and gives what the work gives or how it fails', async () => {
    let told = '';
    await redirected(
      process.stderr,
      (text) => (told += text),
      async () => {
        expect(
          await withProgress((show) => {
            show(0.5, 'half of it');
            return Promise.resolve(7);
          }),
        ).to.equal(7);
        const failed = withProgress(() => Promise.reject(new Error('no')));
        expect(await failed.catch((error: unknown) => String(error))).to.equal('Error: no');
      },
    );
    expect(told).to.equal('');
  });
});
