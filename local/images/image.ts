/** What an image name stands for on the local platform. */
export type Image =
  /** A bundle of the template: run with Node, listens on `PORT`. */
  | { readonly kind: 'bundle'; readonly bundlePath: string }
  /** The classic watchdog: `envProcess` is forked for each request. */
  | { readonly kind: 'fork' };

/** Image name → image, filled by whoever builds; names are compared whole. */
export type ImageStore = ReadonlyMap<string, Image>;
