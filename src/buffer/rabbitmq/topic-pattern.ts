/** Whether a topic exchange sends messages with routing key `key` through a binding with `pattern`. */
export function topicMatches(pattern: string, key: string): boolean {
  return matches(pattern.split('.'), key.split('.'));
}

function matches(pattern: readonly string[], words: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return words.length === 0;
  if (first === '#')
    return Array.from({ length: words.length + 1 }, (_, n) => n).some((n) => matches(rest, words.slice(n)));
  return words.length > 0 && (first === '*' || first === words[0]) && matches(rest, words.slice(1));
}

/** Whether some message can match both. Two patterns that both have wildcards are taken to overlap: to be sure is not worth the code. */
export function topicsOverlap(one: string, other: string): boolean {
  const wild = [one, other].map((pattern) => pattern.split('.').some((word) => word === '*' || word === '#'));
  if (wild[0] === true && wild[1] === true) return true;
  return wild[0] === true ? topicMatches(one, other) : topicMatches(other, one);
}
