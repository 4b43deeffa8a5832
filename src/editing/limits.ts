/** Every bound of editing, in one place. Model output is untrusted: nothing here may grow with what it says. */

/** Longer answers are refused unread; the largest real ones are about a tenth of this. */
export const MAX_ANSWER_CHARS = 2_000_000
/** Edits of one answer; a whole new application is some sixty files. */
export const MAX_BLOCKS = 200
/** Ways to cut one block at its divider lines; each costs a search of the file. */
export const MAX_SPLITS = 8
/** Blank lines allowed between a file's name and its fence or marker. */
export const MAX_BLANKS_AFTER_NAME = 1
/** A line longer than this names no file and is no marker or fence. */
export const MAX_NAME_LINE_CHARS = 300

/** A path must survive a ZIP unpacked on Windows under a user's folder (260 characters in all). */
export const MAX_PATH_BYTES = 200
export const MAX_SEGMENT_BYTES = 100
export const MAX_PATH_DEPTH = 16

export const MAX_FILE_BYTES = 1_000_000
/** Files of more lines are data, not source: they are written whole, never searched. */
export const MAX_FILE_LINES = 50_000
export const MAX_TREE_FILES = 5_000
export const MAX_TREE_BYTES = 50_000_000

/**
 * Lines of all files read for one answer. Every edit that lands makes its file be read anew: 200 edits of a file of
 * 30,000 lines took 18 seconds, and a hundred of a large source file of 3,000 lines are well below this.
 */
export const MAX_LINES_READ = 1_000_000

/** After so many refused blocks the rest is not tried: the answer is refused anyway. */
export const MAX_REFUSALS = 20
/** Line numbers named when a text stands in many places. */
export const MAX_PLACES_NAMED = 10
/** Paths offered for "did you mean". */
export const MAX_PATHS_SUGGESTED = 3

/** Lines of the file looked at for the nearest text, and words taken from one line. */
export const MAX_NEAREST_FILE_LINES = 20_000
export const MAX_NEAREST_SEARCH_LINES = 400
export const MAX_WORDS_PER_LINE = 40
/** Lines and characters of the nearest text that go back to the model. */
export const MAX_NEAREST_SHOWN_LINES = 16
export const MAX_SHOWN_LINE_CHARS = 200

/** Refusals explained to the model, and the size of that text. */
export const MAX_EXPLAINED = 10
export const MAX_EXPLANATION_CHARS = 12_000
/** Characters of the line that people read. */
export const MAX_SUMMARY_CHARS = 300

/** A line longer than this is generated or data: it declares no symbol and elides nothing. */
export const MAX_READ_LINE_CHARS = 400
