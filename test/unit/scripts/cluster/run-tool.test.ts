import { expect, test } from 'vitest'
import { ClusterError } from '../../../../scripts/cluster/cluster-error.ts'
import { runTool } from '../../../../scripts/cluster/run-tool.ts'

const node = (code: string, options = {}) => runTool(process.execPath, ['-e', code], options)

test('answers what the tool printed, after giving it its input', async () => {
  expect(await node('process.stdin.pipe(process.stdout)', { input: 'kind: Cluster' })).toBe('kind: Cluster')
})

test('a missing tool is named, with where to get it', async () => {
  await expect(runTool('no-such-tool', [])).rejects.toThrow(new ClusterError('no-such-tool is missing: install no-such-tool.'))
})

test('a tool that fails is quoted by its last words', async () => {
  await expect(node("console.error('usage: …\\nport is already allocated'); process.exit(3)")).rejects.toThrow(
    /failed: port is already allocated$/,
  )
})

test('a tool that hangs is ended', async () => {
  await expect(node('setInterval(() => {}, 1000)', { timeoutMs: 300 })).rejects.toThrow('took longer than 0.3 s')
})
