/** The page as a browser gets it. */
export interface PageFiles {
  readonly script: string
  readonly style: string
  /** Of both, for their addresses. */
  readonly hash: string
}

/** The one document; all else comes from the script. Nothing in it is inline, which the content security policy forbids. */
export const documentOf = ({ hash }: PageFiles): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Breakwater console</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/page-${hash}.css">
<script type="module" src="/page-${hash}.js"></script>
</head>
<body><div id="page"></div></body>
</html>
`

/** A breakwater: three waves come in, one goes on. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0d5c63"/><g fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round"><path d="M5 9q3-3 6 0t6 0"/><path d="M5 16q3-3 6 0t6 0 6 0 4-1"/><path d="M5 23q3-3 6 0t6 0"/></g><rect x="19" y="5" width="3.4" height="8" rx="1.2" fill="#7fd1c7"/><rect x="19" y="19" width="3.4" height="8" rx="1.2" fill="#7fd1c7"/></svg>`

/** For documents that bring their own style, and no script. */
export const documentPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'; sandbox"

export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
