import { expect } from 'chai';
import jsqr from 'jsqr';
import { PNG } from 'pngjs';
import { z } from 'zod';
import handle from '../../../functions/qrcode/handler.ts';
import { serveHere, type Serving } from '../../template/serving.ts';

/** Bytes that versions 1 to 40 hold with medium error correction (ISO/IEC 18004, table 7). */
const CAPACITY = [
  14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666, 711, 779,
  857, 911, 997, 1059, 1125, 1190, 1264, 1370, 1452, 1538, 1628, 1722, 1809, 1911, 1989, 2099, 2213, 2331,
];

// jsqr is CommonJS with a default export of its own, which Node gives inside the module's.
const decode: typeof jsqr.default = jsqr.default;

/** Varied lower-case text, so that it is encoded as bytes. */
function textOf(length: number): string {
  let state = length;
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return String.fromCharCode(97 + (state % 26));
  }).join('');
}

describe('the qrcode function', () => {
  let serving: Serving;

  before(async () => {
    serving = await serveHere({ default: handle });
  });
  after(() => serving.server.drain());

  const call = (body: string | Buffer) => fetch(serving.url, { method: 'POST', body });

  async function draw(text: string): Promise<PNG> {
    const response = await call(text);
    expect(response.status).to.equal(200);
    expect(response.headers.get('content-type')).to.equal('image/png');
    return PNG.sync.read(Buffer.from(await response.arrayBuffer()));
  }
  function read(image: PNG) {
    return decode(new Uint8ClampedArray(image.data), image.width, image.height);
  }
  async function refused(body: string | Buffer) {
    const response = await call(body);
    expect(response.status).to.equal(400);
    return z.object({ error: z.string(), code: z.string() }).parse(await response.json());
  }

  it('draws every version in 256 × 256 pixels that another package reads', async () => {
    for (const [index, capacity] of CAPACITY.entries()) {
      const text = textOf(capacity);
      const image = await draw(text);
      expect([image.width, image.height]).to.deep.equal([256, 256]);
      const found = read(image);
      expect(found?.data, `version ${index + 1}`).to.equal(text);
      expect(found?.version).to.equal(index + 1);
    }
  });

  it('draws black and white only', async () => {
    const { data } = await draw('https://www.openfaas.com');
    const pixels = new Set(new Uint32Array(data.buffer, data.byteOffset, data.length / 4));
    expect([...pixels]).to.have.members([0xffffffff, 0xff000000]);
  });

  it('keeps text of any script', async () => {
    const text = 'Größe 北京 🙂';
    const found = read(await draw(text));
    expect(Buffer.from(found?.binaryData ?? []).toString()).to.equal(text);
  });

  it('packs digits closest: 5596 of them fit', async () => {
    expect(read(await draw('7'.repeat(5596)))?.data).to.equal('7'.repeat(5596));
  });

  it('uses medium error correction: the code is still read with a tenth of it painted over', async () => {
    const image = await draw('https://www.openfaas.com/blog');
    const middle = image.width / 2;
    for (let y = middle - 28; y < middle + 28; y += 1) {
      image.data.fill(255, (y * 256 + middle - 28) * 4, (y * 256 + middle + 28) * 4);
    }
    expect(read(image)?.data).to.equal('https://www.openfaas.com/blog');
  });

  it('refuses an empty body', async () => {
    expect(await refused('')).to.deep.equal({
      error: 'Send the text to encode as the body; it was empty',
      code: 'text-empty',
    });
  });

  for (const [what, text] of [
    ['one byte too many', textOf(2332)],
    ['one digit too many', '7'.repeat(5597)],
    ['a hundred kilobytes', 'x'.repeat(102_400)],
  ] as const) {
    it(`refuses ${what}, and says what fits`, async () => {
      expect(await refused(text)).to.deep.equal({
        error: `The text has ${text.length} bytes; a QR code with medium error correction holds 2331`,
        code: 'text-too-long',
      });
    });
  }

  it('refuses bytes that are not text', async () => {
    expect(await refused(Buffer.from([0xc3, 0x28]))).to.include({ code: 'body-not-text' });
  });
});
