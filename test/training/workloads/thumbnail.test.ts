import { expect } from 'chai';
import { PNG } from 'pngjs';
import { serveHere, type Serving } from '../../template/serving.ts';
import { drawPicture } from '../../../training/workloads/thumbnail/draw.ts';
import handle from '../../../training/workloads/thumbnail/handler.ts';
import { shrink } from '../../../training/workloads/thumbnail/shrink.ts';

function png(width: number, height: number, paint: (x: number) => readonly [number, number, number, number]) {
  const picture = new PNG({ width, height });
  for (let at = 0; at < width * height; at += 1) picture.data.set(paint(at % width), at * 4);
  return PNG.sync.write(picture);
}

describe('the thumbnail workload', () => {
  let serving: Serving;

  before(async () => {
    serving = await serveHere({ default: handle });
  });
  after(() => serving.server.drain());

  const call = (body: string | Buffer) => fetch(serving.url, { method: 'POST', body });

  async function thumbnail(body: string | Buffer): Promise<PNG> {
    const response = await call(body);
    expect(response.status).to.equal(200);
    expect(response.headers.get('content-type')).to.equal('image/png');
    return PNG.sync.read(Buffer.from(await response.arrayBuffer()));
  }

  it('shrinks a PNG to 128 pixels on its longer side', async () => {
    const { width, height, data } = await thumbnail(png(400, 200, () => [200, 100, 50, 255]));
    expect([width, height]).to.deep.equal([128, 64]);
    expect([...data.subarray(0, 4)]).to.deep.equal([200, 100, 50, 255]);
  });

  it('leaves a PNG that is small already as it is', async () => {
    const paint = (x: number) => [x * 20, 0, 255 - x, 255] as const;
    const { width, height, data } = await thumbnail(png(10, 5, paint));
    expect([width, height]).to.deep.equal([10, 5]);
    expect([...data.subarray(0, 8)]).to.deep.equal([0, 0, 255, 255, 20, 0, 254, 255]);
  });

  it('takes means of light, in which black and white make a grey of 186', () => {
    const data = Uint8Array.from({ length: 8 }, (_, at) => (at < 4 ? 0 : 255));
    expect(shrink({ width: 2, height: 1, data }, 1)).to.deep.equal({
      width: 1,
      height: 1,
      data: new Uint8Array(4).fill(186),
    });
  });

  it('draws a text first, the larger the longer it is, and at most 2400 pixels high', async () => {
    expect(drawPicture('')).to.include({ width: 426, height: 320 });
    expect(drawPicture('a'.repeat(20))).to.include({ width: 560, height: 420 });
    expect(drawPicture('a'.repeat(5000)).height).to.equal(2400);
    expect(drawPicture('abc').data).not.to.deep.equal(drawPicture('xyz').data);
    expect(await thumbnail('a text')).to.include({ width: 128, height: 96 });
  });

  it('refuses a PNG that is cut off, or announces more pixels than there is memory for', async () => {
    const whole = png(40, 40, () => [1, 2, 3, 255]);
    expect((await call(whole.subarray(0, whole.length - 30))).status).to.equal(400);
    const huge = Buffer.from(whole);
    huge.writeUInt32BE(100_000, 16);
    huge.writeUInt32BE(100_000, 20);
    const response = await call(huge);
    expect(response.status).to.equal(413);
    expect(await response.json()).to.have.property('code', 'picture-too-large');
  });
});
