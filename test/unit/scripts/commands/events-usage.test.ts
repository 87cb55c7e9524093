import { expect, test } from 'vitest'
import { breakwater } from '../../../in-process.ts'

test.each([
  [['state', 'boat', 'x'], "there is no kind of aggregate 'boat'; there are: order,"],
  [['list', 'ordr'], "there is no kind of aggregate 'ordr' (did you mean 'order'?)"],
  [['list', '--limit', '0'], '--limit takes a whole number from 1 on'],
  [['show', 'order'], 'there is: show order <id>, show last'],
  [['verify', '--target', 'moon'], "argument 'moon' is invalid. Allowed choices are local, cluster."],
  [['state', 'order'], "missing required argument 'id'"],
  [['diff', 'order', 'ord_x'], '--from is missing'],
  [['dlq', 'burn'], "unknown command 'burn'"],
  [['commands', 'mend'], "there is no 'commands mend'; there is: repair"],
  [['saga', '--format', 'png'], "argument 'png' is invalid. Allowed choices are text, mermaid, json"],
  [['sing'], "unknown command 'sing'"],
  [['state', 'order', 'ord_x', '--at', '2026-02-30T00:00:00Z'], 'neither a version (7) nor a time'],
  [['replay', '--since', '2026-02-30', '--into', 'pglite:unused'], "--since '2026-02-30' is no moment"],
  [['replay', '--since', '2026-01-01', '--into', 'pglite:'], 'pglite: needs a directory'],
  [['verify', 'extra'], "too many arguments for 'verify'"],
  [['dlq', 'list', 'extra'], "too many arguments for 'list'"],
  [['dlq', 'redrive', 'orders.dlq/0/0', '--all'], 'but not both'],
  [['dlq', 'redrive', '--all', '--value', '/nowhere'], '--value /nowhere: ENOENT'],
  [['dlq', 'discard', '--all', '--reason', ' '], '--reason is empty'],
  [['dlq', 'list', '--service', 'nope'], "there is no service 'nope'"],
  [['verify', '--frob'], "unknown option '--frob'"],
])('events %j is wrong usage: one line, exit code 2, before any broker is asked', async (words, line) => {
  const { code, out, err } = await breakwater(['events', ...words, '--brokers', '127.0.0.1:1'])
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toContain(line)
  expect(err.trimEnd().split('\n')).toHaveLength(1)
})
