// What browsers have and the DOM of Debian's TypeScript (4.8) lacks.

interface OffscreenCanvas extends EventTarget {
  width: number
  height: number
  getContext(kind: '2d', options?: CanvasRenderingContext2DSettings): OffscreenCanvasRenderingContext2D | null
  getContext(kind: 'webgl2', options?: WebGLContextAttributes): WebGL2RenderingContext | null
  convertToBlob(options?: { type?: string, quality?: number }): Promise<Blob>
  transferToImageBitmap(): ImageBitmap
}
declare var OffscreenCanvas: { prototype: OffscreenCanvas, new(width: number, height: number): OffscreenCanvas }

interface OffscreenCanvasRenderingContext2D
  extends CanvasRect, CanvasDrawImage, CanvasImageData, CanvasFillStrokeStyles, CanvasImageSmoothing {}

interface HTMLCanvasElement {
  transferControlToOffscreen(): OffscreenCanvas
}

interface VideoFrame {
  readonly displayWidth: number
  readonly displayHeight: number
  close(): void
}
declare var VideoFrame: {
  prototype: VideoFrame
  new(source: OffscreenCanvas, options: { timestamp: number, alpha?: 'keep' | 'discard' }): VideoFrame
}
