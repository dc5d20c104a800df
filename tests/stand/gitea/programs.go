//go:build tools

// Names the programs that are built from this module, so that go keeps them as requirements.
package tools

import _ "code.gitea.io/gitea"
