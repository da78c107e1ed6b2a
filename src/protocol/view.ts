/** What every view of ours shares with the host. */

/** A failure in words, made by the host: the view shows it and offers the actions. */
export interface FailureView {
  /** One sentence: what happened to which thing. */
  readonly message: string;
  /** Why, if known, and what to do next. */
  readonly hint: string;
  readonly actions: readonly { readonly id: string; readonly title: string }[];
}
