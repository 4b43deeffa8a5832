import { Link } from 'wouter'
import { buttonClass } from '../parts/button.tsx'

export function NotFoundPage() {
  return (
    <main className="mx-auto max-w-md px-6 py-24 text-center">
      <h1 className="text-2xl font-semibold">There is nothing here</h1>
      <p className="mt-2 mb-6 text-soft">The address may be mistyped, or what it named is gone.</p>
      <Link href="/" className={buttonClass('primary')}>
        To your projects
      </Link>
    </main>
  )
}
