import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type Answer, AnswerReader } from './answer-reader.ts'

/** Ends a request without an answer; nothing is heard of it afterwards. */
export type Abandon = () => void

/** What becomes of a request: its answer, or why there is none (`ECONNREFUSED`). */
export type Ended = (answer: Answer | string) => void

/** Outcome of a request whose connection ended before its answer. */
export const closedEarly = 'closed'
/** Outcome of a request whose answer is not HTTP/1.1. */
export const unreadable = 'unreadable'

/**
 * GET requests for one path, each on a connection that it has for itself meanwhile. What was used last is used next, so that a connection is found
 * at once however many there are, and those that nobody needs any more stay idle.
 */
export class Connections {
  readonly #open: () => Socket
  readonly #request: Buffer
  readonly #idle: Connection[] = []
  readonly #all = new Set<Socket>()

  /** @param origin e.g. `http://127.0.0.1:8080` */
  constructor(origin: string, path: string) {
    const { protocol, hostname, host, port } = new URL(origin)
    const address = hostname.replace(/^\[|\]$/g, '')
    this.#open =
      protocol === 'https:'
        ? () => connectTls({ host: address, port: Number(port || 443), ...(isIP(address) === 0 && { servername: address }) })
        : () => connectTcp({ host: address, port: Number(port || 80) })
    this.#request = Buffer.from(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\n\r\n`, 'latin1')
  }

  ask(ended: Ended): Abandon {
    let connection = this.#idle.pop()
    while (connection?.isClosed) connection = this.#idle.pop()
    return (connection ?? this.#connect()).ask(this.#request, ended)
  }

  close(): void {
    for (const socket of this.#all) socket.destroy()
  }

  #connect(): Connection {
    const socket = this.#open()
    this.#all.add(socket)
    socket.once('close', () => this.#all.delete(socket))
    return new Connection(socket, (connection) => this.#idle.push(connection))
  }
}

class Connection {
  readonly #socket: Socket
  readonly #reader = new AnswerReader()
  readonly #free: (connection: Connection) => void
  #ended: Ended | undefined

  constructor(socket: Socket, free: (connection: Connection) => void) {
    this.#socket = socket
    this.#free = free
    socket.setNoDelay(true)
    socket.on('data', (piece: Buffer) => this.#read(piece))
    socket.on('error', (error: NodeJS.ErrnoException) => this.#end(error.code ?? error.name))
    socket.on('close', () => this.#end(this.#reader.end() ?? closedEarly))
  }

  get isClosed(): boolean {
    return this.#socket.destroyed || this.#socket.readableEnded
  }

  ask(request: Buffer, ended: Ended): Abandon {
    this.#ended = ended
    this.#socket.write(request)
    return () => {
      this.#ended = undefined
      this.#socket.destroy()
    }
  }

  #read(piece: Buffer): void {
    // Whoever speaks without being asked is about to close.
    if (!this.#ended) return void this.#socket.destroy()
    try {
      const answer = this.#reader.read(piece)
      if (!answer) return
      if (answer.isReusable) this.#free(this)
      else this.#socket.destroy()
      this.#end(answer)
    } catch {
      this.#socket.destroy()
      this.#end(unreadable)
    }
  }

  #end(answer: Answer | string): void {
    const ended = this.#ended
    this.#ended = undefined
    ended?.(answer)
  }
}
