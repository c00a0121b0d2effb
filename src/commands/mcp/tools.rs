//! The tools as the client lists them.

use std::sync::Arc;

use rmcp::model::{Tool, ToolAnnotations};
use serde_json::Value;

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
    let tools: Vec<Value> = serde_json::from_str(TOOLS).unwrap_or_default();
    let tools = tools.into_iter().map(tool);
    tools.filter(|tool| !read_only || [STATUS, LIST].contains(&&*tool.name)).collect()
}

fn tool(mut tool: Value) -> Tool {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let hint = |name| tool["annotations"][name].as_bool();
    let [read_only, destructive, idempotent, open_world] =
        ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"].map(hint);
    let annotations = ToolAnnotations::from_raw(None, read_only, destructive, idempotent, open_world);
    let [input, output] = ["inputSchema", "outputSchema"].map(|name| match tool[name].take() {
        Value::Object(schema) => Arc::new(schema),
        _ => Arc::default(),
    });
    Tool::new(text(&tool["name"]), text(&tool["description"]), input)
        .with_title(text(&tool["title"]))
        .with_raw_output_schema(output)
        .with_annotations(annotations)
}
