/** Lines as a stream of bytes. */

/** What is gathered before it is handed on, in UTF-16 units. */
const chunkChars = 256 * 1024;

/** @param lines read as far as the reader of the stream has come; between two chunks others get their turn */
export function lineStream(lines: Iterator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    type: "bytes",
    pull(controller) {
      let text = "";
      let isDone = false;
      while (!isDone && text.length < chunkChars) {
        const next = lines.next();
        isDone = next.done === true;
        if (!isDone) text += `${next.value}\n`;
      }
      if (text !== "") controller.enqueue(encoder.encode(text));
      if (isDone) {
        controller.close();
        controller.byobRequest?.respond(0);
      }
    },
  });
}
