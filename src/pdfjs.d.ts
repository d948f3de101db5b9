/** The short build of pdf.js, without source maps, has the types of the other. */
declare module 'pdfjs-dist/legacy/build/pdf.min.mjs' {
  export * from 'pdfjs-dist'
}
