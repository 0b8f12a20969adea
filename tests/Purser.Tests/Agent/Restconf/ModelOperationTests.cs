using System.Text.Json.Nodes;
using Purser.Agent;
using Purser.Agent.Restconf;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Push;
using Purser.Protocol.Trust;
using Purser.Tests.Agent.Policy;
using Purser.Tests.Protocol;

namespace Purser.Tests.Agent.Restconf;

/// <summary>Operations of the published model do what the console's commands do; what goes in and comes out is valid by the model.</summary>
[Trait("Feature", "AG-03")]
public sealed class ModelOperationTests : IDisposable
{
    private readonly AgentBench bench = new();
    private readonly string folder = Directory.CreateTempSubdirectory("purser-restconf-").FullName;

    [Fact]
    public async Task Registering_renewing_and_deregistering_tells_the_model_s_codes()
    {
        Assert.Equal("notregistered", await CodeAsync("renew-auth", []));
        Assert.Equal("nullccoidtoken", await CodeAsync("register-id-token", new() { ["id-token"] = "other", ["force"] = true }));
        Assert.Equal("registrationinprogress", await CodeAsync("register-id-token", new() { ["id-token"] = TestAuthority.Token }));
        Assert.Equal("alreadyregistered", await CodeAsync("register-id-token", new() { ["id-token"] = TestAuthority.Token }));
        Assert.Equal("success", await CodeAsync("renew-id", []));
        bench.Authority.Unreachable = true;
        Assert.Equal("commretry", await CodeAsync("renew-auth", []));
        bench.Authority.Unreachable = false;
        Assert.Equal("success", await CodeAsync("de-register", []));
        Assert.Equal("notregistered", await CodeAsync("de-register", []));
    }

    [Fact]
    public async Task Reports_are_saved_in_the_folder_of_operations_and_nowhere_else()
    {
        using var policy = new PolicyBench();
        await policy.UseAsync("network-advantage", 1);
        await policy.AdvanceAsync(TimeSpan.FromDays(1));

        Assert.Equal("success", await CodeAsync("rum-save-usage-unreported", new() { ["file-path"] = "usage.xml" }, policy.Agent));
        Assert.Contains("<RUMReport>", await File.ReadAllTextAsync(Path.Combine(folder, "usage.xml"), AgentBench.Cancel), StringComparison.Ordinal);
        Assert.Equal("success", await CodeAsync("rum-save-usage-days", new() { ["file-path"] = "days.xml", ["days"] = 3 }, policy.Agent));
        foreach (var place in new[] { "../usage.xml", "/tmp/usage.xml", ".usage" })
        {
            Assert.Equal("BadInputParams", await CodeAsync("rum-save-usage-all", new() { ["file-path"] = place }, policy.Agent));
        }

        Assert.Equal("notfound", await CodeAsync("import-file", new() { ["file-path"] = "none.xml" }, policy.Agent));
        await File.WriteAllTextAsync(Path.Combine(folder, "ack.xml"), policy.Acknowledge(policy.State.Reports.Select(report => report.Id)), AgentBench.Cancel);
        Assert.Equal("success", await CodeAsync("import-file", new() { ["file-path"] = "ack.xml" }, policy.Agent));
        Assert.NotNull(policy.State.AcknowledgedAt);
        Assert.Equal("notsupported", await CodeAsync("register-id-token", new() { ["id-token"] = TestAuthority.Token }, policy.Agent));
    }

    [Fact]
    public async Task A_trust_request_is_saved_in_the_folder_and_its_code_imported()
    {
        using var policy = new PolicyBench();
        Assert.Equal("BadInputParams", await CodeAsync("trust-request-save", new() { ["file-path"] = "../trust.xml" }, policy.Agent));
        Assert.Equal("success", await CodeAsync("trust-request-save", new() { ["file-path"] = "trust.xml" }, policy.Agent));
        var requests = TrustRequestFile.Read(await File.ReadAllTextAsync(Path.Combine(folder, "trust.xml"), AgentBench.Cancel)).Value.Requests;
        await File.WriteAllTextAsync(Path.Combine(folder, "code.xml"), policy.Trust(requests), AgentBench.Cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "other.xml"), policy.Trust([requests[0] with { Udi = new Udi("NW-9300-48", "OTHER") }]), AgentBench.Cancel);

        Assert.Equal("codevalidationfailed", await CodeAsync("import-file", new() { ["file-path"] = "other.xml" }, policy.Agent));
        Assert.Equal("success", await CodeAsync("import-file", new() { ["file-path"] = "code.xml" }, policy.Agent));
        Assert.NotNull(Assert.Single(policy.State.Trusts).Installed);
        Assert.Equal("notsupported", await CodeAsync("trust-request-save", new() { ["file-path"] = "trust.xml" }));
    }

    [Fact]
    public async Task Trust_by_a_token_is_asked_for_over_the_network()
    {
        using var door = new PushDoor();
        using var policy = new PolicyBench(door);
        Assert.Equal("commdisabled", await CodeAsync("id-token-trust", new() { ["id-token"] = PushDoor.Token }, policy.Agent));
        policy.PushTo(TransportKind.Smart);
        door.Answer = request => request.Message.IdToken == PushDoor.Token ? door.Trust(policy, request) : PushReply.Failed(WireCode.TokenInvalid, "no such token", policy.Clock.GetUtcNow());

        Assert.Equal("nullccoidtoken", await CodeAsync("id-token-trust", new() { ["id-token"] = "other" }, policy.Agent));
        Assert.Equal("registrationinprogress", await CodeAsync("id-token-trust", new() { ["id-token"] = PushDoor.Token, ["all-ha"] = true }, policy.Agent));
        Assert.Equal("alreadyregistered", await CodeAsync("id-token-trust", new() { ["id-token"] = PushDoor.Token }, policy.Agent));
        Assert.Equal("registrationinprogress", await CodeAsync("id-token-trust", new() { ["id-token"] = PushDoor.Token, ["force"] = true }, policy.Agent));
        await Yanglint.ValidAsync("data", Named("licensing", LicensingTree.Of(policy.Agent.State, policy.Agent.Now)));
        policy.PushTo(TransportKind.Cslu);
        await Yanglint.ValidAsync("data", Named("licensing", LicensingTree.Of(policy.Agent.State, policy.Agent.Now)));
    }

    [Fact]
    public async Task Authorization_codes_are_asked_for_and_given_back_online()
    {
        using var door = new PushDoor();
        using var policy = new PolicyBench(door);
        Assert.Equal("commdisabled", await CodeAsync("authorization-request-online", new() { ["feature-name"] = "hseck9" }, policy.Agent));
        policy.PushTo(TransportKind.Cslu);
        door.Answer = request => request.Message.Kind == PushKind.Trust ? door.Trust(policy, request) : PushReply.Failed(WireCode.NotAllowed, "no more of them", policy.Clock.GetUtcNow());

        Assert.Equal("taginvalid", await CodeAsync("authorization-request-online", new() { ["feature-name"] = "nonsense" }, policy.Agent));
        Assert.NotEqual("registrationinprogress", await CodeAsync("authorization-request-online", new() { ["feature-name"] = "hseck9", ["local"] = true, ["add"] = false }, policy.Agent));
        Assert.NotEqual("success", await CodeAsync("authorization-code-return-online", new() { ["local"] = true }, policy.Agent));
        door.Answer = request => PushReply.Poll("7001", 60, policy.Clock.GetUtcNow());
        Assert.Equal("registrationinprogress", await CodeAsync("authorization-request-online", new() { ["feature-name"] = "hseck9" }, policy.Agent));
        await Yanglint.ValidAsync("data", Named("licensing", LicensingTree.Of(policy.Agent.State, policy.Agent.Now)));
    }

    [Fact]
    public async Task What_this_device_cannot_do_is_said_in_the_model_s_words()
    {
        Assert.Equal("notsupported", await CodeAsync("rum-save-usage-all", new() { ["file-path"] = "usage.xml" }));
        Assert.Equal("notsupported", await CodeAsync("authorization-request-online", new() { ["feature-name"] = "hseck9" }));
        Assert.Equal("notsupported", await CodeAsync("id-token-trust", new() { ["id-token"] = TestAuthority.Token, ["all-ha"] = true }));
    }

    [Fact]
    public async Task Input_that_is_not_the_model_s_is_refused_here_and_there()
    {
        var save = ModelOperations.All.First(operation => operation.Name == "rum-save-usage-all");
        Assert.Equal("missing-element", OperationInput.Read(save.Input, []).Tag);
        Assert.Equal("unknown-element", OperationInput.Read(save.Input, new() { ["file-path"] = "x", ["days"] = 3 }).Tag);
        Assert.Equal("invalid-value", OperationInput.Read(save.Input, new() { ["file-path"] = new string('x', 128) }).Tag);
        await Yanglint.InvalidAsync("file-path", "rpc", Named(save.Name, new() { ["file-path"] = new string('x', 128) }));
    }

    [Fact]
    public async Task Each_step_sends_its_notifications()
    {
        var sent = new List<string>();
        var last = bench.Agent.State;
        async Task NoteAsync()
        {
            foreach (var notification in ModelNotifications.Between(last, bench.Agent.State, bench.Agent.Now))
            {
                await Yanglint.ValidAsync("notif", Named(notification.Name, (JsonObject)notification.Content.DeepClone()));
                sent.Add(notification.Name);
            }

            last = bench.Agent.State;
        }

        await bench.Agent.RegisterAsync("other", cancel: AgentBench.Cancel);
        await NoteAsync();
        await bench.Agent.RequestAsync(WireSamples.AdvantageTag, 11, AgentBench.Cancel);
        bench.Advance(TimeSpan.FromDays(30));
        await bench.Agent.TickAsync(AgentBench.Cancel);
        await NoteAsync();
        await bench.RegisterAsync();
        await NoteAsync();
        bench.Authority.Unreachable = true;
        await bench.Agent.RenewAuthorizationAsync(AgentBench.Cancel);
        await NoteAsync();
        bench.Authority.Unreachable = false;
        bench.Advance(TimeSpan.FromHours(1));
        await bench.Agent.TickAsync(AgentBench.Cancel);
        await NoteAsync();
        await bench.Agent.DeregisterAsync(AgentBench.Cancel);
        await NoteAsync();

        Assert.Equal(
            [
                "registration-fail", "evaluation-expiration-warning", "enforcement-mode", "registration-success", "authorization-renew-success", "enforcement-mode",
                "authorization-renew-fail", "communications-fail", "authorization-renew-success", "communications-restored", "de-register-success", "enforcement-mode",
            ],
            sent);
    }

    public void Dispose()
    {
        bench.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static JsonObject Named(string name, JsonObject content) => new() { [$"{LicensingTree.Module}:{name}"] = content };

    private async Task<string?> CodeAsync(string name, JsonObject leaves, LicensingAgent? agent = null)
    {
        await Yanglint.ValidAsync("rpc", Named(name, (JsonObject)leaves.DeepClone()));
        var operation = ModelOperations.All.First(one => one.Name == name);
        var (input, _, problem) = OperationInput.Read(operation.Input, leaves);
        Assert.True(input is not null, problem);
        var output = await operation.Act(agent ?? bench.Agent, input, new DeviceFolder(folder), AgentBench.Cancel);
        await Yanglint.ValidAsync("reply", Named(name, (JsonObject)output.DeepClone()));
        return (string?)output["return-code"];
    }
}
