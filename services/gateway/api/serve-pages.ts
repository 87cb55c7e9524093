import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { docsPageFiles } from '../../shared/contracts/deployment.ts'
import type { ApiVersion } from './api-route.ts'
import { docsPage, docsScript } from './docs-page.ts'
import { frontPage } from './front-page.ts'

/** Nothing from elsewhere, no script inside a page, in no frame of others. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  // The hash is of the one style that Swagger UI puts into a page by itself.
  "style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** `/` says what this is, `/docs` shows the documents and tries the API. Both work without a network. */
export function servePages(app: FastifyInstance, versions: readonly ApiVersion[]): void {
  const config = { access: 'anonymous' } as const
  const page = (reply: FastifyReply, html: string) =>
    reply
      .headers({
        'content-security-policy': contentSecurityPolicy,
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-cache',
      })
      .type('text/html; charset=utf-8')
      .send(html)
  const file = (reply: FastifyReply, type: string, content: Buffer | string) =>
    reply.headers({ 'x-content-type-options': 'nosniff', 'cache-control': 'max-age=3600' }).type(type).send(content)

  app.get('/', { config }, (_request, reply) => page(reply, frontPage(versions)))
  app.get('/docs', { config }, (_request, reply) => page(reply, docsPage))
  app.get('/docs/start.js', { config }, (_request, reply) => file(reply, 'text/javascript; charset=utf-8', docsScript(versions)))
  app.get('/docs/page.css', { config }, (_request, reply) => file(reply, 'text/css; charset=utf-8', pageStyle))
  for (const [name, type] of Object.entries(docsPageFiles.types))
    app.get(`/docs/${name}`, { config }, async (_request, reply) => file(reply, type, await docsFile(name)))
}

const docsFile = (name: string): Promise<Buffer> =>
  readFile(new URL(`./${docsPageFiles.folder}/${name}`, import.meta.url)).catch(() =>
    readFile(createRequire(import.meta.url).resolve(`${docsPageFiles.from}/${name}`)),
  )

const pageStyle = `:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem }
code { font-size: .95em }
dt { margin-top: 1rem; font-weight: 600 }
dd { margin: 0 }
`
