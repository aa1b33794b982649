#!/bin/sh
# One phase by hand: the git commands that any phase needs and the agent itself, with nothing around them. In the
# environment: URL (the remote), MIRROR (a bare repository, made at the first call), BRANCH (to push to), AGENT (a command
# line), and git's settings that hold the credentials.
set -eu

[ -d "$MIRROR" ] || git init --quiet --bare "$MIRROR"
git -C "$MIRROR" fetch --quiet --prune --no-tags "$URL" '+refs/heads/*:refs/heads/*'

checkout=$(mktemp -d)
git clone --quiet --shared --branch main "$MIRROR" "$checkout"
cd "$checkout"

sh -c "$AGENT"

git add --all
git diff --cached --binary --full-index > "$checkout.patch"
tree=$(git write-tree)
sha=$(git commit-tree -p HEAD -m 'One phase by hand' "$tree")
git push --quiet "$URL" "$sha:refs/heads/$BRANCH"
[ "$(git ls-remote "$URL" "refs/heads/$BRANCH" | cut -f 1)" = "$sha" ]

cd /
rm -r "$checkout" "$checkout.patch"
