/** The part of the standard AbortSignal that core passes along; the other programs see Node's own. */
interface AbortSignal {
  readonly aborted: boolean;
  throwIfAborted(): void;
}
