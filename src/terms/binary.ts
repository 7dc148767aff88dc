/** Whether a value is bytes, in whatever the platform has for them. */
export function isBinary(value: unknown): value is ArrayBuffer | ArrayBufferView | Blob | ReadableStream {
  return (
    value instanceof ArrayBuffer ||
    ArrayBuffer.isView(value) ||
    value instanceof Blob ||
    value instanceof ReadableStream
  );
}
