import { join } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The browser app: `src/web` becomes `dist/web`, which the server serves. */
export default defineConfig({
  root: join(import.meta.dirname, 'src/web'),
  base: '/',
  plugins: [react(), tailwindcss()],
  build: { outDir: join(import.meta.dirname, 'dist/web'), emptyOutDir: true },
})
