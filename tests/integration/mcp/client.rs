//! The client of the official library against the program, in both eras.

use std::io;
use std::sync::{Arc, Mutex};

use rmcp::model::{
    CallToolRequestParams, ClientCapabilities, ClientConfig, ElicitRequestParams, ElicitResult, ElicitationAction,
    Implementation, ProtocolVersion,
};
use rmcp::service::{
    ClientLifecycleMode, ClientServiceExt, RequestContext, RxJsonRpcMessage, ServiceError, TxJsonRpcMessage,
};
use rmcp::transport::Transport;
use rmcp::{ClientHandler, ErrorData, RoleClient};
use serde_json::{Value, json};

use super::{CREATE, DELETE, LIST, server};
use crate::support::{Input, Running};

/// The streams of the program.
struct Connection<L> {
    running: Arc<Mutex<Option<Running>>>,
    lines: L,
    read: usize,
}

impl<L: Fn(usize) -> Option<String> + Clone + Send + 'static> Transport<RoleClient> for Connection<L> {
    type Error = io::Error;

    fn send(&mut self, message: TxJsonRpcMessage<RoleClient>) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let line = format!("{}\n", serde_json::to_string(&message).unwrap());
        self.running.lock().unwrap().as_mut().unwrap().send(line.as_bytes());
        std::future::ready(Ok(()))
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleClient>> {
        let (lines, index) = (self.lines.clone(), self.read);
        let line = tokio::task::spawn_blocking(move || lines(index)).await.unwrap()?;
        self.read += 1;
        Some(serde_json::from_str(&line).unwrap())
    }

    async fn close(&mut self) -> io::Result<()> {
        self.running.lock().unwrap().as_mut().unwrap().end_input();
        Ok(())
    }
}

/// A person who approves deletions, but not creations.
struct Person;

impl ClientHandler for Person {
    fn get_info(&self) -> ClientConfig {
        let capabilities = ClientCapabilities::builder().enable_elicitation().build();
        ClientConfig::new(capabilities, Implementation::new("test", "1"))
    }

    async fn create_elicitation(
        &self,
        request: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let ElicitRequestParams::FormElicitationParams { message, .. } = request else {
            return Ok(ElicitResult::new(ElicitationAction::Cancel));
        };
        let content = json!({"approve": message.starts_with("Delete")});
        Ok(ElicitResult::new(ElicitationAction::Accept).with_content(content))
    }
}

#[test]
fn official_client_lists_and_deletes() {
    let discover = ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::V_2026_07_28] };
    for lifecycle in [ClientLifecycleMode::Initialize, discover] {
        let (server, id) = server();
        let mut running = Some(server.program("mcp").stdin(Input::Open).start());
        let lines = running.as_ref().unwrap().lines();
        let running = Arc::new(Mutex::new(running.take()));
        let connection = Connection { running: Arc::clone(&running), lines, read: 0 };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let results = tokio::task::LocalSet::new().block_on(&runtime, async {
            let mut client = Person.serve_with_lifecycle(connection, lifecycle).await.unwrap();
            let mut results = Vec::new();
            for (tool, arguments) in [
                (LIST, json!({"limit": 1})),
                (CREATE, json!({"payload": {"name": "ci-run"}})),
                (DELETE, json!({"id": id})),
            ] {
                let Value::Object(arguments) = arguments else { continue };
                let result = client.call_tool(CallToolRequestParams::new(tool).with_arguments(arguments)).await;
                results.push(result.map(|result| result.structured_content.unwrap_or_default()));
            }
            client.close().await.unwrap();
            results.into_iter().collect::<Result<Vec<Value>, ServiceError>>().unwrap()
        });
        assert_eq!(results[0]["total"], 1);
        assert_eq!(results[1]["error"]["kind"], "cancelled");
        assert_eq!(results[2], json!({"id": id, "name": "ci-pipeline", "deleted": true}));
        assert_eq!(server.names(), "");
        running.lock().unwrap().take().unwrap().finish().exits(0);
    }
}
