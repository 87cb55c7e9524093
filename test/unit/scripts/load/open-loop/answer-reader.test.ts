import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Answer, AnswerReader } from '../../../../../scripts/load/open-loop/answer-reader.ts'

/** @param cuts where the bytes are cut into pieces */
function read(text: string, cuts: readonly number[] = [], reader = new AnswerReader()): Answer[] {
  const bytes = Buffer.from(text, 'latin1')
  const at = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length]
  return at.slice(1).flatMap((end, index) => reader.read(bytes.subarray(at[index], end)) ?? [])
}

const problem = '{"status":503,"code":"OVERLOADED"}'
const answers: Readonly<Record<string, readonly [text: string, answer: Answer]>> = {
  'a body with a length': ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', { status: 200, body: '', isReusable: true }],
  'an error, of which the body is kept': [
    `HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: ${problem.length}\r\n\r\n${problem}`,
    { status: 503, body: problem, isReusable: true },
  ],
  chunks: ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhe\r\no\r\n0\r\n\r\n', { status: 200, body: '', isReusable: true }],
  'chunks with extensions and trailers': [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n10;a=b\r\n0123456789abcdef\r\n0\r\nx: y\r\n\r\n',
    { status: 200, body: '', isReusable: true },
  ],
  'no body, whatever the fields say': [
    'HTTP/1.1 304 Not Modified\r\ncontent-length: 40\r\n\r\n',
    { status: 304, body: '', isReusable: true },
  ],
  'an informational head before the answer': [
    'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n',
    { status: 204, body: '', isReusable: true },
  ],
  'the last on its connection': [
    'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n',
    { status: 200, body: '', isReusable: false },
  ],
  'an old protocol': ['HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\n1', { status: 200, body: '', isReusable: false }],
}

test.each(Object.entries(answers))('%s: read in whatever pieces it comes, and so is the next one', (_name, [text, answer]) => {
  fc.assert(
    fc.property(fc.array(fc.nat(text.length)), (cuts) => {
      const reader = new AnswerReader()
      expect(read(text, cuts, reader)).toEqual([answer])
      expect(read(text, cuts, reader)).toEqual([answer])
      expect(reader.end()).toBeUndefined()
    }),
  )
})

test('an answer without a length ends with its connection', () => {
  const reader = new AnswerReader()
  expect(read('HTTP/1.1 200 OK\r\n\r\nhello', [20], reader)).toEqual([])
  expect(reader.end()).toEqual({ status: 200, body: '', isReusable: false })
})

test('a connection that ends before the answer is whole gives none', () => {
  const reader = new AnswerReader()
  expect(read('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhel', [], reader)).toEqual([])
  expect(reader.end()).toBeUndefined()
})

test.each([
  ['SSH-2.0-OpenSSH\r\n\r\n', 'not HTTP/1.1'],
  ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nhello\r\n', 'a chunk without a length'],
  ['HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n12', 'more was answered'],
])('%j is refused', (text, message) => {
  expect(() => read(text)).toThrow(message)
})
