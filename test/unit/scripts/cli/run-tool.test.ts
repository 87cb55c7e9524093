import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { ToolError } from '../../../../scripts/cli/command-error.ts'
import { lastLine, runTool, showTool, type ToolOptions, tryTool } from '../../../../scripts/cli/run-tool.ts'

const script = (code: string): [string, string[]] => [process.execPath, ['-e', code]]
const hanging = 'setInterval(() => {}, 1000)'

describe('runTool', () => {
  const run = (code: string, options?: ToolOptions) => runTool(...script(code), options)

  test('answers what the tool printed, after giving it its input', async () => {
    expect(await run('process.stdin.pipe(process.stdout)', { input: 'kind: Cluster\n' })).toBe('kind: Cluster\n')
  })

  test('a tool without input finds its end, and has our environment with what is put on top', async () => {
    const code = "process.stdin.on('end', () => console.log(process.env.PATH + process.env.ON_TOP)).resume()"
    expect(await run(code, { env: { ON_TOP: ', and more' } })).toBe(`${process.env.PATH}, and more\n`)
  })

  test('a tool that ends before it has read its input is not in the way', async () => {
    expect(await run("console.log('read enough')", { input: 'x'.repeat(1_000_000) })).toBe('read enough\n')
  })

  test('a missing tool is named, with where to get it', async () => {
    await expect(runTool('no-such-tool', [])).rejects.toThrow(new ToolError('no-such-tool is missing: install no-such-tool.'))
    await expect(runTool('kind', ['version'], { env: { PATH: '/nowhere' } })).rejects.toThrow(
      /^kind is missing: install kind \(https:.+\)\.$/,
    )
  })

  test('a tool that this user may not run from PATH is missing for them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'breakwater-path-'))
    await writeFile(join(folder, 'kind'), '', { mode: 0o600 })
    const env = { PATH: folder }
    await expect(runTool('kind', ['version'], { env })).rejects.toThrow(/^kind is missing: /)
    expect(await tryTool('kind', ['version'], { env })).toMatchObject({ code: 127 })
    await rm(folder, { recursive: true })
  })

  test('a tool that cannot be run says why', async () => {
    await expect(runTool(import.meta.filename, [])).rejects.toThrow(/run-tool\.test\.ts'? cannot be run: .*EACCES/)
  })

  test('a failure names the command, its exit code and the last line that says something', async () => {
    await expect(run("console.error('port is already allocated\\n\\n'); process.exit(3)")).rejects.toThrow(
      /node'? -e .+ failed with exit code 3: port is already allocated$/,
    )
    await expect(run("console.log('no room'); process.exit(1)")).rejects.toThrow(/failed with exit code 1: no room$/)
    await expect(run('process.exit(1)')).rejects.toThrow(/failed with exit code 1: it said nothing$/)
  })

  test('of several lines the last three stand below; all are kept', async () => {
    const failure = run("console.error('1\\n2\\n\\n3\\n4'); process.exit(1)")
    await expect(failure).rejects.toThrow(/failed with exit code 1:\n {2}2\n {2}3\n {2}4$/)
    await expect(failure).rejects.toMatchObject({ output: '1\n2\n\n3\n4\n', exitCode: 1 })
  })

  test('a long command is cut', async () => {
    const failure = run(`process.exit(1) // ${'x'.repeat(500)}`)
    await expect(failure).rejects.toThrow(/^.{119}… failed with exit code 1/)
  })

  test('a tool that was ended by a signal', async () => {
    await expect(run("console.error('so far'); process.kill(process.pid, 'SIGKILL')")).rejects.toThrow(/ was ended by SIGKILL: so far$/)
  })

  test('a tool that hangs is ended', async () => {
    await expect(run(hanging, { timeoutMs: 300 })).rejects.toThrow(/ took longer than 0\.3 s\.$/)
  })

  test('an abort ends it, and the call with the reason', async () => {
    const reason = new Error('Ctrl-C')
    await expect(run(hanging, { signal: abortedSoon(reason) })).rejects.toBe(reason)
    await expect(run('', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })
})

describe('tryTool', () => {
  const attempt = (code: string, options?: ToolOptions) => tryTool(...script(code), options)

  test('a failure is a result', async () => {
    expect(await attempt("console.log('out'); console.error('err')")).toEqual({ code: 0, stdout: 'out\n', stderr: 'err\n' })
    expect(await attempt("console.error('err'); process.exit(7)")).toEqual({ code: 7, stdout: '', stderr: 'err\n' })
    expect(await attempt('process.exit(7)')).toMatchObject({ code: 7, stderr: expect.stringMatching(/^Command failed with exit code 7/) })
    expect(await attempt("process.kill(process.pid, 'SIGKILL')")).toMatchObject({ code: 1 })
  })

  test('no such program is 127, too slow is 124', async () => {
    expect(await tryTool('no-such-tool', [])).toMatchObject({ code: 127, stdout: '', stderr: expect.stringMatching(/ENOENT|EACCES/) })
    expect(await attempt(hanging, { timeoutMs: 300 })).toMatchObject({ code: 124 })
  })

  test('an abort is no result', async () => {
    const reason = new Error('Ctrl-C')
    await expect(attempt(hanging, { signal: abortedSoon(reason) })).rejects.toBe(reason)
  })
})

describe('showTool', () => {
  test('gives the lines of its output as they come, and its exit code', async () => {
    const lines: string[] = []
    const onLine = (line: string) => void lines.push(line)
    expect(await showTool(...script("console.log('a\\n\\nb'); process.exitCode = 4"), { onLine })).toBe(4)
    expect(lines).toEqual(['a', '', 'b'])
  })

  test('a missing tool is named', async () => {
    const missing = new ToolError('no-such-tool is missing: install no-such-tool.')
    await expect(showTool('no-such-tool', [])).rejects.toThrow(missing)
    await expect(showTool('no-such-tool', [], { onLine: () => {} })).rejects.toThrow(missing)
  })

  test('an abort ends it', async () => {
    const interruption = new AbortController()
    const options = { signal: interruption.signal, onLine: () => interruption.abort() }
    expect(await showTool(...script(`console.log('ready'); ${hanging}`), options)).toBe(1)
  })
})

test('the last line that says something', () => {
  expect(lastLine('usage\n  the reason \n\n')).toBe('the reason')
  expect(lastLine('')).toBe('')
})

function abortedSoon(reason: Error): AbortSignal {
  const interruption = new AbortController()
  void delay(300).then(() => interruption.abort(reason))
  return interruption.signal
}
