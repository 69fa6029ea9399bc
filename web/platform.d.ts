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
  readonly codedWidth: number
  readonly codedHeight: number
  readonly format: string | null
  readonly timestamp: number
  allocationSize(): number
  copyTo(target: ArrayBuffer): Promise<object[]>
  close(): void
}
declare var VideoFrame: {
  prototype: VideoFrame
  new(source: OffscreenCanvas, options: { timestamp: number, duration?: number, alpha?: 'keep' | 'discard' }): VideoFrame
  new(source: ArrayBufferView, options: { timestamp: number, duration?: number, format: string, codedWidth: number, codedHeight: number, colorSpace?: VideoColorSpaceInit }): VideoFrame
}

// What web/sdk/react.js uses of React, which is the page's own.
declare module 'react' {
  export function createElement(type: string, props: object, ...children: unknown[]): object
  export function useEffect(effect: () => void | (() => void), dependencies?: readonly unknown[]): void
  export function useRef<T>(value: T): { current: T }
}

// WebCodecs, as far as the film makers use it (W3C WebCodecs).
interface VideoEncoderConfig { codec: string; width: number; height: number; bitrate?: number; framerate?: number; latencyMode?: string; avc?: { format: string } }
interface VideoDecoderConfig { codec: string; description?: AllowSharedBufferSource; colorSpace?: VideoColorSpaceInit }
interface VideoColorSpaceInit { primaries?: string | null; transfer?: string | null; matrix?: string | null; fullRange?: boolean | null }
interface AudioEncoderConfig { codec: string; sampleRate: number; numberOfChannels: number; bitrate?: number }
interface AudioDecoderConfig { codec: string; sampleRate: number; numberOfChannels: number; description?: AllowSharedBufferSource }
interface EncodedChunk { readonly type: 'key' | 'delta'; readonly timestamp: number; readonly duration: number | null; readonly byteLength: number; copyTo(target: AllowSharedBufferSource): void }
type AllowSharedBufferSource = ArrayBuffer | SharedArrayBuffer | ArrayBufferView
declare class WebCodec<Config, Input, Output> extends EventTarget {
  constructor(init: { output: Output; error: (error: DOMException) => void })
  static isConfigSupported(config: any): Promise<{ supported: boolean }>
  readonly encodeQueueSize: number
  readonly state: 'unconfigured' | 'configured' | 'closed'
  configure(config: Config): void
  encode(input: Input, options?: { keyFrame?: boolean }): void
  decode(chunk: EncodedAudioChunk): void
  flush(): Promise<void>
  close(): void
}
declare class VideoEncoder extends WebCodec<VideoEncoderConfig, VideoFrame, (chunk: EncodedChunk, metadata?: { decoderConfig?: VideoDecoderConfig }) => void> {}
declare class AudioEncoder extends WebCodec<AudioEncoderConfig, AudioData, (chunk: EncodedChunk, metadata?: { decoderConfig?: AudioDecoderConfig }) => void> {}
declare class AudioDecoder extends WebCodec<AudioDecoderConfig, never, (data: AudioData) => void> {}
interface AudioData { readonly numberOfFrames: number; copyTo(target: AllowSharedBufferSource, options: { planeIndex: number; format: string }): void; close(): void }
declare var AudioData: { new(init: { format: string; sampleRate: number; numberOfFrames: number; numberOfChannels: number; timestamp: number; data: ArrayBufferView }): AudioData }
declare class EncodedAudioChunk { constructor(init: { type: 'key' | 'delta'; timestamp: number; data: BufferSource }) }
