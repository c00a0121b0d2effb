//! The tools as the client lists them.

use rmcp::model::Tool;

pub const STATUS: &str = "tfy_config_status";
pub const LIST: &str = "tfy_access_tokens_list";
pub const CREATE: &str = "tfy_access_tokens_create";
pub const DELETE: &str = "tfy_access_tokens_delete";

/// Rules for the agent.
pub const INSTRUCTIONS: &str = "\
Manages the TrueFoundry personal access tokens of the person you work for.
- Call tfy_config_status first. If it is not ok, tell the person what to set.
- List tokens before you delete one, and pass its ID, not its name.
- Ask the person for the name of a new token, and suggest an expiry.
- The person approves each creation and deletion in the client. If they do not approve, do not ask again unprompted.
- Never print, log or repeat the value of a token. Work with the path of its file.
- A value cannot be shown again. If it is lost, delete the token and create it again.";

/// All tools. Their output is not limited to the given properties, because fields may be added, and none is required, because a
/// failure has only `error`.
const TOOLS: &str = include_str!("tools.json");

/// The tools that the server offers.
pub fn offered(read_only: bool) -> Vec<Tool> {
    let tools: Vec<Tool> = serde_json::from_str(TOOLS).unwrap_or_default();
    tools.into_iter().filter(|tool| !read_only || [STATUS, LIST].contains(&&*tool.name)).collect()
}
