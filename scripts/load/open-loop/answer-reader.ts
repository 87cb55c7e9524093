/** What a load has to know of an answer. */
export interface Answer {
  readonly status: number
  /** The beginning of an error's body; of other answers nothing is kept. */
  readonly body: string
  /** Whether the connection serves another request. */
  readonly isReusable: boolean
}

/** How a body ends (RFC 9112 §6.3): after so many bytes, with an empty chunk, or with the connection. */
type Framing = { readonly bytes: number } | 'chunked' | 'connection'

interface Head {
  readonly status: number
  readonly framing: Framing
  readonly isReusable: boolean
}

/** Of an error's body; a problem is shorter. */
const mostBodyBytes = 4096
const endOfLine = '\r\n'
const endOfHead = '\r\n\r\n'
const nothing: Buffer = Buffer.alloc(0)

/**
 * Reads the answers to GET requests on one HTTP/1.1 connection, one after the other, and costs a few microseconds for each: a client that decodes
 * and keeps everything takes the CPU from the server that it measures.
 */
export class AnswerReader {
  #unread = nothing
  #head: Head | undefined
  /** Bytes of the body, or of the chunk with its line end, that have not come. */
  #missing = 0
  #body = ''

  /**
   * @param piece the next bytes of the connection
   * @returns the answer when this was its last piece
   * @throws Error when this is not HTTP/1.1, or more came than was asked for
   */
  read(piece: Buffer): Answer | undefined {
    this.#unread = this.#unread.length === 0 ? piece : Buffer.concat([this.#unread, piece])
    this.#head ??= this.#readHead()
    if (!this.#head) return undefined
    const { framing } = this.#head
    if (framing === 'chunked') return this.#readChunks() ? this.#answer() : undefined
    this.#skip()
    return framing !== 'connection' && this.#missing === 0 ? this.#answer() : undefined
  }

  /** @returns the answer that ends with its connection; undefined when there is none, or it is not whole */
  end(): Answer | undefined {
    return this.#head?.framing === 'connection' ? this.#answer() : undefined
  }

  #answer(): Answer {
    if (this.#unread.length > 0) throw new Error('more was answered than was asked for')
    const { status = 0, isReusable = false } = this.#head ?? {}
    const body = this.#body
    this.#head = undefined
    this.#body = ''
    return { status, body, isReusable }
  }

  /** The first head that is not informational (1xx). */
  #readHead(): Head | undefined {
    for (;;) {
      const end = this.#unread.indexOf(endOfHead)
      if (end === -1) return undefined
      const head = headOf(this.#unread.toString('latin1', 0, end + endOfLine.length))
      this.#unread = this.#unread.subarray(end + endOfHead.length)
      if (head.status < 200) continue
      this.#missing = typeof head.framing === 'object' ? head.framing.bytes : head.framing === 'connection' ? Number.POSITIVE_INFINITY : 0
      return head
    }
  }

  /** Passes over what is there of the missing bytes. */
  #skip(): void {
    const bytes = this.#unread.subarray(0, this.#missing)
    if ((this.#head?.status ?? 0) >= 400 && this.#body.length < mostBodyBytes) this.#body += bytes.toString('latin1')
    this.#missing -= bytes.length
    this.#unread = this.#unread.subarray(bytes.length)
  }

  /** @returns whether the last chunk and the trailers are read */
  #readChunks(): boolean {
    for (;;) {
      this.#skip()
      if (this.#missing > 0) return false
      const end = this.#unread.indexOf(endOfLine)
      if (end === -1) return false
      const bytes = Number.parseInt(this.#unread.toString('latin1', 0, end), 16)
      if (bytes === 0) {
        // Without trailers the line end of the last chunk is the first half of the empty line.
        const last = this.#unread.indexOf(endOfHead, end)
        if (last === -1) return false
        this.#unread = this.#unread.subarray(last + endOfHead.length)
        return true
      }
      if (Number.isNaN(bytes)) throw new Error('a chunk without a length')
      this.#unread = this.#unread.subarray(end + endOfLine.length)
      this.#missing = bytes + endOfLine.length
    }
  }
}

/** @param text status line and fields, each with its line end */
function headOf(text: string): Head {
  const [, minor, code] = /^HTTP\/1\.([01]) (\d{3})/.exec(text) ?? []
  if (code === undefined) throw new Error('this is not HTTP/1.1')
  const status = Number(code)
  const length = /\r\ncontent-length:[ \t]*(\d+)/i.exec(text)?.[1]
  const hasNoBody = status < 200 || status === 204 || status === 304
  const framing = hasNoBody
    ? { bytes: 0 }
    : /\r\ntransfer-encoding:[^\r]*chunked/i.test(text)
      ? 'chunked'
      : length === undefined
        ? 'connection'
        : { bytes: Number(length) }
  return { status, framing, isReusable: minor === '1' && framing !== 'connection' && !/\r\nconnection:[^\r]*close/i.test(text) }
}
