import icon from '../icon.svg'

/** The sign of the house. */
export function Brand() {
  return (
    <span className="flex items-center gap-2 text-lg font-semibold tracking-tight">
      <img src={icon} alt="" width="28" height="28" />
      Botwright
    </span>
  )
}
