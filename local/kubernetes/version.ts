/** The release whose API is served in part. */
export const KUBERNETES_VERSION = 'v1.34.0';
