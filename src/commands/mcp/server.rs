//! Answers the requests of the client.

use std::rc::Rc;

use jiff::Timestamp;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData, Implementation, ListToolsResult,
    PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::{RoleServer, ServerHandler};
use serde_json::Value;
use tokio::sync::RwLock;

use super::actions::Answer;
use super::approval::Approvals;
use super::call::{self, Call};
use super::tools;
use super::transport::Connection;
use crate::api::NewToken;
use crate::cli::{Global, Mcp};
use crate::commands::Context;
use crate::error::{Failure, Kind};
use crate::output::{Output, failure_text};
use crate::redact::redact;
use crate::token::Token;
use crate::tokens::save::TokenFile;

pub struct Server {
    pub arguments: Mcp,
    pub global: Global,
    pub output: Output,
    pub connection: Connection,
    /// Is read while a token is being created or deleted.
    pub changing: Rc<RwLock<()>>,
    pub deletions: Approvals<Token>,
    /// The file is for the value. Dropping it removes it.
    pub creations: Approvals<(NewToken, Option<TokenFile>)>,
}

impl Server {
    fn tools(&self) -> Vec<Tool> {
        tools::offered(self.arguments.read_only)
    }

    async fn answer(&self, call: &Call) -> Result<Answer, Failure> {
        let context = Context {
            global: &self.global,
            output: &self.output,
            signals: Rc::clone(&call.signals),
            now: Timestamp::now(),
        };
        let answer = match &*call.request.name {
            tools::STATUS => self.status(call, &context).await,
            tools::LIST => self.list(call, &context).await,
            tools::CREATE => self.create(call, &context).await,
            tools::DELETE => self.delete(call, &context).await,
            name => Err(Failure::new(Kind::Usage, format!("unknown tool `{name}`")).into()),
        };
        answer.map_err(|error| Failure::from_error(&error))
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let server =
            Implementation::new("tfy-tokens", env!("CARGO_PKG_VERSION")).with_title("TrueFoundry access tokens");
        let capabilities = ServerCapabilities::builder().enable_tools().build();
        ServerConfig::new(capabilities).with_server_info(server).with_instructions(tools::INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.tools()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if !self.tools().iter().any(|tool| tool.name == request.name) {
            return Err(ErrorData::invalid_params(format!("unknown tool `{}`", request.name), None));
        }
        let answer = async |call| Box::pin(self.answer(&call)).await;
        let answer = Call::run(request, context, self.connection.clone(), answer).await;
        Ok(match answer.unwrap_or_else(|| Err(call::cancelled())) {
            Ok(Answer::Ask(question)) => (*question).into(),
            Ok(Answer::Done { text, json }) => result(CallToolResult::structured(json), text).into(),
            Err(failure) => result(CallToolResult::structured_error(error_json(&failure)), error_text(&failure)).into(),
        })
    }
}

fn result(mut result: CallToolResult, text: String) -> CallToolResult {
    result.content = vec![ContentBlock::text(text)];
    result
}

pub fn error_text(failure: &Failure) -> String {
    failure_text(failure, "error:", "hint:")
}

/// The failure as in `-o json`, but without an exit code.
pub fn error_json(failure: &Failure) -> Value {
    let mut json = serde_json::to_value(failure.json(redact)).unwrap_or_default();
    if let Some(error) = json.get_mut("error").and_then(Value::as_object_mut) {
        error.remove("exitCode");
    }
    json
}
