/** What a shell says of a program that ended because nobody read on: 128 + SIGPIPE. Node ignores the signal. */
const exitCode = 141

/** Ends quietly when whoever reads the output has gone (`events … | head`), as other tools do. */
export function endWithReader(output: NodeJS.WriteStream): void {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCode)
    throw error
  })
}
