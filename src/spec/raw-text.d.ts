/** Vite's import of a file as text, for tests over real documents. */
declare module "*?raw" {
  const text: string;
  export default text;
}
