import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { control } from '../../../../scripts/local/control.ts'
import { identify } from '../../../../scripts/local/processes/process-identity.ts'
import { heldIn, type LocalState } from '../../../../scripts/local/state.ts'
import { call } from '../../mesh/envoy/call.ts'
import { exitOf, pidsOf, type TinyShop, tinyShop } from './tiny-shop.ts'

const running = (pids: readonly number[]): number[] => pids.filter((pid) => identify(pid))
const soon = { timeout: 15_000, interval: 100 }

let shop: TinyShop
const state = async (): Promise<LocalState> => {
  const current = await shop.state()
  if (!current) throw new Error('The shop does not run.')
  return current
}
const ask = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${shop.port}${path}`)

beforeAll(async () => {
  shop = await tinyShop()
})
afterAll(() => shop.remove())

test('up returns when customers can come in through the sidecar', async () => {
  const { code, out, err } = await shop.runAsProcess('up')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/Kafka answers[\s\S]*topics are there[\s\S]*Breakwater is ready: http/)
  const answer = await ask('/')
  expect(answer.headers.get('server')).toBe('envoy')
  await expect(answer.json()).resolves.toMatchObject({ pod: 'gateway-0' })
  expect(await state()).toMatchObject({ readyAt: expect.any(String), replicas: [{ name: 'gateway-0', status: 'ready', restarts: 0 }] })
})

test('a second up says where it runs, and changes nothing', async () => {
  const before = pidsOf(await state())
  const { code, out } = await shop.runAsProcess('up')
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringMatching(
      new RegExp(`^Breakwater runs already: http://127.0.0.1:${shop.port}\nConsole: http://127.0.0.1:\\d+/#token=\\S+\n$`),
    ),
  })
  expect(pidsOf(await state())).toEqual(before)
})

test('a shop in another folder cannot have the same port, and says which one', async () => {
  const other = await tinyShop({ port: shop.port })
  try {
    const { code, err } = await other.runAsProcess('up')
    expect(code).toBe(1)
    expect(err).toBe(`Port ${shop.port} is taken. Free it, or choose another one: PORT=${shop.port + 1} make up\n`)
    await expect(other.state()).resolves.toBeUndefined()
  } finally {
    await other.remove()
  }
})

test('the console answers at the URL that is printed, also after it was killed', async () => {
  const url = /Console: (\S+)\/#token=(\S+)/.exec((await shop.run('up')).out)
  const health = () =>
    fetch(`${url?.[1]}/healthz`).then(
      ({ status }) => status,
      () => 0,
    )
  await expect.poll(health, soon).toBe(200)
  const { pid } = (await state()).console ?? {}
  process.kill(pid ?? 0, 'SIGKILL')
  await expect.poll(async () => (await state()).console, soon).toSatisfy((now) => now?.status === 'ready' && now.pid !== pid)
  expect(await health()).toBe(200)
  expect((await shop.run('console')).out).toBe(`Console: ${url?.[1]}/#token=${url?.[2]}\n`)
})

test('status for people and for programs', async () => {
  expect((await shop.run('status')).out).toMatch(/gateway-0 +ready[\s\S]*console http/)
  expect(JSON.parse((await shop.runAsProcess('status', '--json')).out)).toMatchObject({ supervisorPid: (await state()).supervisorPid })
})

test('a process that is killed is started again, and the log says so', async () => {
  const before = (await state()).replicas[0]?.app.pid
  await control(await state()).signal('gateway-0', 'SIGKILL')
  await expect.poll(async () => (await state()).replicas[0], soon).toMatchObject({ status: 'ready', restarts: 1 })
  expect((await state()).replicas[0]?.app.pid).not.toBe(before)
  expect((await ask('/')).status).toBe(200)
  expect((await shop.run('logs', 'supervisor')).out).toContain('gateway-0/app was ended by SIGKILL; it is started again')
})

test('restart ends a replica in order; an unknown one is named', async () => {
  expect((await shop.runAsProcess('restart', 'gateway-0')).code).toBe(0)
  await expect.poll(async () => (await state()).replicas[0], soon).toMatchObject({ status: 'ready', restarts: 2 })
  expect((await shop.run('restart', 'gateway-7')).err).toBe(
    "there is no replica 'gateway-7' (did you mean 'gateway-0'?); there are: gateway-0, kafka\n",
  )
})

test('restart of a workload ends when all of its replicas are ready again', async () => {
  const { pid } = (await state()).replicas[0]?.app ?? {}
  expect((await shop.run('restart', 'gateway')).out).toBe('gateway-0 is ready again.\n')
  // The command asks the supervisor, which writes its file a moment later.
  await expect.poll(async () => (await state()).replicas[0], soon).toMatchObject({ status: 'ready', restarts: 3 })
  expect((await state()).replicas[0]?.app.pid).not.toBe(pid)
})

test('a paused replica says so until it is resumed, and its proxy goes on', async () => {
  const { pid } = (await state()).replicas[0]?.app ?? {}
  const { pause, resume } = control(await state())
  await pause('gateway-0')
  await expect.poll(async () => heldIn(await state()), soon).toEqual([{ name: 'gateway-0', status: 'paused' }])
  expect((await shop.run('status')).out).toMatch(/gateway-0 +paused/)
  const waiting = ask('/')
  await expect(Promise.race([waiting, delay(300, 'nothing yet')])).resolves.toBe('nothing yet')
  await resume('gateway-0')
  expect((await waiting).status).toBe(200)
  await expect.poll(async () => (await state()).replicas[0], soon).toMatchObject({ status: 'ready', app: { pid } })
})

test('a replica that is held dead starts again with a restart', async () => {
  const { restarts } = (await state()).replicas[0] ?? {}
  await control(await state()).kill('gateway-0', { hold: true })
  expect((await ask('/')).status).toBe(503)
  await expect.poll(async () => heldIn(await state()), soon).toEqual([{ name: 'gateway-0', status: 'held' }])
  expect((await shop.run('restart', 'gateway-0')).code).toBe(0)
  await expect.poll(async () => (await state()).replicas[0], soon).toMatchObject({ status: 'ready', restarts: (restarts ?? 0) + 1 })
  await expect.poll(async () => (await ask('/')).status, soon).toBe(200)
})

test('the broker is killed, held and started again', async () => {
  const { kafkaPid } = await state()
  const { kill, resume } = control(await state())
  await kill('kafka', { hold: true })
  await expect.poll(state, soon).toMatchObject({ kafka: { status: 'held', restarts: 1 } })
  expect((await shop.run('status')).out).toMatch(/kafka \S+ held/)
  await resume('kafka')
  await expect.poll(state, { ...soon, timeout: 60_000 }).toMatchObject({ kafka: { status: 'ready' } })
  expect((await state()).kafkaPid).not.toBe(kafkaPid)
})

test('an edited policy is in force without a restart; a broken one changes nothing and is said', async () => {
  const { adminPort, pid } = (await state()).replicas[0]?.sidecar ?? {}
  const clusters = async (): Promise<string> => (await fetch(`http://127.0.0.1:${adminPort}/config_dump`)).text()
  const limit = /"max_connections": 4321\b/
  expect(await clusters()).not.toMatch(limit)
  const rule = (spec: string): string =>
    `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: gateway, namespace: breakwater }\nspec: { host: gateway, ${spec} }\n`
  await mkdir(shop.policy, { recursive: true })
  await writeFile(join(shop.policy, 'limit.yaml'), rule('trafficPolicy: { connectionPool: { tcp: { maxConnections: 4321 } } }'))
  await expect.poll(clusters, soon).toMatch(limit)

  await writeFile(join(shop.policy, 'limit.yaml'), rule('trafficPolicy: { wish: 1 }'))
  await expect.poll(async () => (await state()).policy.error, soon).toContain('wish')
  expect(await clusters()).toMatch(limit)
  expect((await state()).replicas[0]?.sidecar.pid).toBe(pid)

  await rm(join(shop.policy, 'limit.yaml'))
  await expect.poll(clusters, soon).not.toMatch(limit)
})

test('a replica has a place as soon as its label is written; a label for nobody is said', async () => {
  const { adminPort } = (await state()).replicas[0]?.sidecar ?? {}
  const clusters = async (): Promise<string> => (await fetch(`http://127.0.0.1:${adminPort}/clusters`)).text()
  const pod = (name: string): string =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: breakwater, labels: { istio-locality: laptop.zone-a } }\n`
  await writeFile(join(shop.policy, 'zones.yaml'), pod('gateway-0'))
  await expect.poll(clusters, soon).toContain('zone::zone-a')
  await writeFile(join(shop.policy, 'zones.yaml'), pod('getaway-0'))
  await expect.poll(async () => (await state()).policy.error, soon).toBe('Pod getaway-0: no Deployment has replicas of this name.')
  await rm(join(shop.policy, 'zones.yaml'))
  await expect.poll(clusters, soon).not.toContain('zone-a')
})

test('a second version is started and gets its share, and off leaves nothing of it', async () => {
  const routes = async (): Promise<string> =>
    (await fetch(`http://127.0.0.1:${(await state()).replicas[0]?.sidecar.adminPort}/config_dump?resource=dynamic_route_configs`)).text()
  const { code, out } = await shop.run('traffic', 'split', 'gateway', 'v2=10', '--target', 'local')
  expect({ code, out }).toEqual({
    code: 0,
    out: 'gateway: 10 % to v2, 90 % to v1; with the header x-stage: canary all to v2.\n',
  })
  const { replicas } = await state()
  expect(replicas.map(({ name, workload, version, status }) => [name, workload, version, status])).toEqual([
    ['gateway-0', 'gateway', 'v1', 'ready'],
    ['gateway-v2-0', 'gateway', 'v2', 'ready'],
    ['gateway-v2-1', 'gateway', 'v2', 'ready'],
  ])
  const pids = replicas.slice(1).flatMap(({ app, sidecar }) => [app.pid ?? 0, sidecar.pid ?? 0])
  expect(running(pids)).toHaveLength(4)
  // As a caller's proxy sees it.
  expect(await routes()).toMatch(/"weight": 90[\s\S]*"weight": 10/)
  const { status, body } = await call(replicas[0]?.sidecar.outboundPort ?? 0, 'gateway', '/', { 'x-stage': 'canary' })
  expect({ status, body }).toEqual({ status: 200, body: expect.stringContaining('gateway-v2-') })

  expect((await shop.run('traffic', 'split', 'gateway', 'off', '--target', 'local')).code).toBe(0)
  expect((await state()).replicas.map(({ name }) => name)).toEqual(['gateway-0'])
  expect(running(pids)).toEqual([])
  expect(await routes()).not.toMatch(/v2/)
  expect(await readdir(shop.policy)).toEqual([])
})

test('what a split has added is stopped with the rest, and the next shop knows nothing of it', async () => {
  expect((await shop.run('traffic', 'split', 'gateway', 'v2=10', '--target', 'local')).code).toBe(0)
  const pids = pidsOf(await state())
  expect(pids).toHaveLength(10)
  expect((await shop.run('down')).code).toBe(0)
  expect(running(pids)).toEqual([])
  expect((await shop.runAsProcess('up')).code).toBe(0)
  expect((await state()).replicas).toHaveLength(1)
  expect(await readdir(shop.policy)).toEqual([])
})

test('one log has the lines of all, each with its source', async () => {
  const { out } = await shop.runAsProcess('logs', 'gateway-0', '--json', '--lines', '500')
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines).toContainEqual(expect.objectContaining({ workload: 'gateway', replica: 0, container: 'app', msg: 'listening' }))
  expect(lines.every(({ workload }) => workload === 'gateway')).toBe(true)
})

test('down ends every process, and says so when there is none', async () => {
  const pids = pidsOf(await state())
  expect(pids).toHaveLength(6)
  const { code, out } = await shop.runAsProcess('down')
  expect(code).toBe(0)
  expect(out).toMatch(/stopping gateway[\s\S]*stopping Kafka[\s\S]*Breakwater is stopped/)
  expect(running(pids)).toEqual([])
  await expect(shop.state()).resolves.toBeUndefined()
  await expect(shop.run('down')).resolves.toMatchObject({ code: 0, out: 'Breakwater does not run.\n' })
  await expect(shop.run('status')).resolves.toMatchObject({ code: 2, err: 'Breakwater does not run. Start it: make up\n' })
})

test('two ups at the same time start one shop', async () => {
  const ends = await Promise.all([shop.runAsProcess('up'), shop.runAsProcess('up')])
  await expect.poll(async () => (await shop.state())?.readyAt, { ...soon, timeout: 60_000 }).toBeDefined()
  for (const { out, err } of ends) expect(out + err).toMatch(/Breakwater (is ready|runs already|is starting already)/)
  expect(shop.processes().map(({ name }) => name)).toEqual(expect.arrayContaining(['supervisor', 'kafka/broker']))
  // The console begins when all else is ready.
  await expect.poll(() => shop.processes(), soon).toHaveLength(6)
})

test('a wish for another port beside a shop that runs is refused', async () => {
  const { code, out, err } = await shop.runWith({ PORT: '18999' }, 'up')
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toBe(`Breakwater runs at port ${shop.port}, not at 18999. To move it: make down, then PORT=18999 make up\n`)
})

test('down finds what a supervisor that was killed left running, without the files that name it', async () => {
  const { supervisorPid, ...rest } = await state()
  const pids = pidsOf({ supervisorPid, ...rest })
  process.kill(supervisorPid, 'SIGKILL')
  await expect.poll(() => running([supervisorPid]), soon).toEqual([])
  expect(running(pids)).not.toEqual([])
  expect((await shop.run('status')).err).toMatch(/^The supervisor has died; 5 processes that it started still run: .*kafka\/broker/)
  // Its data stay: a broker without them ends by itself, at a moment of its own.
  await rename(join(shop.folder, 'run'), join(shop.folder, 'run.gone'))
  const { code, out } = await shop.run('down')
  expect(code).toBe(0)
  expect(out).toMatch(/^Ended what a killed supervisor had left: .*kafka\/broker/)
  expect(running(pids)).toEqual([])
})

test('up in the foreground ends in order with Ctrl-C', async () => {
  const up = shop.start('up', '--foreground')
  await expect.poll(async () => (await shop.state())?.readyAt, { ...soon, timeout: 60_000 }).toBeDefined()
  const pids = pidsOf(await state())
  up.kill('SIGINT')
  await expect(exitOf(up)).resolves.toBe(0)
  expect(running(pids)).toEqual([])
})
