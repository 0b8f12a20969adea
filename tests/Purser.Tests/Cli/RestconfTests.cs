using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Purser.Agent;
using Purser.Agent.State;
using Purser.Agent.Store;
using Purser.Cli;
using Purser.Protocol.Usage;
using Purser.Tests.Agent.Restconf;
using Purser.Tests.Protocol;

namespace Purser.Tests.Cli;

/// <summary>A collector that knows the published model only pulls from a device.</summary>
[Trait("Feature", "AG-03")]
public sealed class RestconfTests : IAsyncDisposable
{
    private const string Password = "correct horse battery";
    private const string Licensing = "restconf/data/cisco-smart-license:licensing";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("purser-restconf-");
    private readonly CancellationTokenSource ends = new();
    private HttpClient http = new();
    private Task<int>? served;

    private string Store => Path.Combine(folder.FullName, "s.json");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Data_are_read_as_a_whole_and_leaf_by_leaf()
    {
        await ServeAsync(byPolicy: false);
        await Yanglint.ValidAsync("data", await GetAsync(Licensing));
        Assert.Equal("reg-state-not-registered", (string?)(await GetAsync(Licensing + "/state/state-info/registration/registration-state"))["cisco-smart-license:registration-state"]);
        Assert.Equal("NW-9300-48", (string?)(await GetAsync(Licensing + "/state/state-info/udi/pid"))["cisco-smart-license:pid"]);
        var entry = await GetAsync(Licensing + "/state/state-info/conversion=" + Uri.EscapeDataString("P:NW-9300-48,S:FOC2501A0B1"));
        Assert.Equal("FOC2501A0B1", (string?)entry["cisco-smart-license:conversion"]![0]!["udi"]!["sn"]);
        Assert.Null((await GetAsync(Licensing + "?content=config"))["cisco-smart-license:licensing"]!["state"]);
        Assert.Equal("smart-license", (string?)(await GetAsync("restconf/data/ietf-restconf-monitoring:restconf-state/streams"))["ietf-restconf-monitoring:streams"]!["stream"]![0]!["name"]);

        await RefusedAsync(HttpStatusCode.NotFound, "invalid-value", await http.GetAsync(new Uri(Licensing + "/state/state-info/registration/registration-complete", UriKind.Relative), Cancel));
        await RefusedAsync(HttpStatusCode.NotFound, "invalid-value", await http.GetAsync(new Uri(Licensing + "/state/nothing", UriKind.Relative), Cancel));
    }

    [Fact]
    public async Task What_a_client_asks_first_is_answered()
    {
        await ServeAsync(byPolicy: true);
        Assert.Equal("2016-06-21", (string?)(await GetAsync("restconf/yang-library-version"))["ietf-restconf:yang-library-version"]);
        var capabilities = await GetAsync("restconf/data/ietf-restconf-monitoring:restconf-state/capabilities");
        Assert.StartsWith("urn:ietf:params:restconf:capability:defaults:1.0?", (string?)capabilities["ietf-restconf-monitoring:capabilities"]!["capability"]![0], StringComparison.Ordinal);

        using var options = await http.SendAsync(new HttpRequestMessage(HttpMethod.Options, new Uri(Licensing, UriKind.Relative)), Cancel);
        Assert.True(options.IsSuccessStatusCode && options.Content.Headers.Allow.Contains("PATCH") && options.Headers.GetValues("Accept-Patch").Contains("application/yang-data+json"));
    }

    [Fact]
    public async Task What_is_not_offered_is_refused_by_its_name()
    {
        await ServeAsync(byPolicy: true);
        using var deletion = await http.DeleteAsync(new Uri(Licensing, UriKind.Relative), Cancel);
        await RefusedAsync(HttpStatusCode.MethodNotAllowed, "operation-not-supported", deletion);
        Assert.Contains("GET", deletion.Content.Headers.Allow);
        await RefusedAsync(HttpStatusCode.BadRequest, "invalid-value", await http.GetAsync(new Uri(Licensing + "?content=some", UriKind.Relative), Cancel));
        await RefusedAsync(HttpStatusCode.BadRequest, "invalid-value", await http.GetAsync(new Uri(Licensing + "?depth=2", UriKind.Relative), Cancel));

        http.DefaultRequestHeaders.Accept.ParseAdd("application/yang-data+xml");
        await RefusedAsync(HttpStatusCode.NotAcceptable, "operation-not-supported", await http.GetAsync(new Uri(Licensing, UriKind.Relative), Cancel));
        http.DefaultRequestHeaders.Accept.ParseAdd("application/*; q=0.5");
        Assert.NotNull((await GetAsync(Licensing))["cisco-smart-license:licensing"]);
    }

    [Fact]
    public async Task Without_the_password_nobody_is_answered()
    {
        await ServeAsync(byPolicy: false);
        http.DefaultRequestHeaders.Authorization = Basic("admin", "wrong horse battery");
        var refused = await http.GetAsync(new Uri(Licensing, UriKind.Relative), Cancel);
        await RefusedAsync(HttpStatusCode.Unauthorized, "access-denied", refused);
        Assert.Equal("Basic", Assert.Single(refused.Headers.WwwAuthenticate).Scheme);
        http.DefaultRequestHeaders.Authorization = Basic("root", Password);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(new Uri(Licensing, UriKind.Relative), Cancel)).StatusCode);
        Assert.DoesNotContain(Password, await File.ReadAllTextAsync(Store, Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("restconf/data/cisco-smart-license:register-id-token", "cisco-smart-license:register-id-token")]
    [InlineData("restconf/operations/cisco-smart-license:register-id-token", "cisco-smart-license:input")]
    public async Task Operations_are_called_at_both_addresses(string address, string frame)
    {
        await ServeAsync(byPolicy: false);
        var answer = await PostAsync(address, new JsonObject { [frame] = new JsonObject { ["id-token"] = "not good" } });
        Assert.Equal("nullccoidtoken", (string?)answer["cisco-smart-license:output"]!["return-code"]);
        Assert.Equal("notregistered", (string?)(await PostAsync("restconf/data/cisco-smart-license:de-register", null))["cisco-smart-license:output"]!["return-code"]);

        await RefusedAsync(HttpStatusCode.BadRequest, "unknown-element", await SendAsync(address, """{"cisco-smart-license:input":{"token":"x"}}"""));
        await RefusedAsync(HttpStatusCode.BadRequest, "malformed-message", await SendAsync(address, "{"));
        await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "too-big", await SendAsync(address, new string(' ', 70_000)));
        await RefusedAsync(HttpStatusCode.NotFound, "invalid-value", await SendAsync("restconf/operations/cisco-smart-license:explode", "{}"));
    }

    [Fact]
    public async Task A_collector_sets_where_it_is_found_and_all_of_an_edit_is_taken_or_nothing()
    {
        const string Transport = Licensing + "/config/transport";
        await ServeAsync(byPolicy: true);
        Assert.Equal(HttpStatusCode.NoContent, (await EditAsync("PATCH", Transport, """{"cisco-smart-license:transport":{"transport-type":"transport-type-cslu","transport-cslu":{"url-cslu":"https://collector.example:8443"}}}""")).StatusCode);
        Assert.Equal("https://collector.example:8443/cslu/v1/pi", (string?)(await GetAsync(Transport + "/transport-cslu/url-cslu"))["cisco-smart-license:url-cslu"]);
        Assert.Equal(HttpStatusCode.NoContent, (await EditAsync("PUT", Licensing + "/config/usage/interval", """{"cisco-smart-license:interval":14}""")).StatusCode);
        await Yanglint.ValidAsync("data", await GetAsync(Licensing));

        await RefusedAsync(HttpStatusCode.BadRequest, "invalid-value", await EditAsync("PATCH", Licensing, """{"cisco-smart-license:licensing":{"config":{"usage":{"interval":30},"transport":{"transport-type":"pigeon"}}}}"""));
        await RefusedAsync(HttpStatusCode.BadRequest, "invalid-value", await EditAsync("PUT", Transport + "/transport-cslu/url-cslu", """{"cisco-smart-license:url-cslu":"nowhere"}"""));
        await RefusedAsync(HttpStatusCode.BadRequest, "invalid-value", await EditAsync("PUT", Licensing + "/config/usage/interval", """{"cisco-smart-license:interval":366}"""));
        await RefusedAsync(HttpStatusCode.BadRequest, "malformed-message", await EditAsync("PUT", Licensing + "/config/usage/interval", """{"cisco-smart-license:days":3}"""));
        await RefusedAsync(HttpStatusCode.NotImplemented, "operation-not-supported", await EditAsync("PUT", Transport, """{"cisco-smart-license:transport":{}}"""));
        await RefusedAsync(HttpStatusCode.NotImplemented, "operation-not-supported", await EditAsync("PATCH", Licensing + "/config/custom-id", """{"cisco-smart-license:custom-id":"x"}"""));
        await RefusedAsync(HttpStatusCode.NotImplemented, "operation-not-supported", await EditAsync("PATCH", Licensing + "/state/version", """{"cisco-smart-license:version":"x"}"""));
        Assert.Equal(14, (int?)(await GetAsync(Licensing + "/config/usage/interval"))["cisco-smart-license:interval"]);
        http.DefaultRequestHeaders.Authorization = null;
        Assert.Equal(HttpStatusCode.Unauthorized, (await EditAsync("PUT", Licensing + "/config/usage/interval", """{"cisco-smart-license:interval":3}""")).StatusCode);
    }

    [Fact]
    public async Task Notifications_arrive_while_a_collector_listens()
    {
        await ServeAsync(byPolicy: false);
        using var stream = await http.GetStreamAsync(new Uri("restconf/streams/smart-license", UriKind.Relative), Cancel);
        using var reader = new StreamReader(stream);
        Assert.Equal(": ready", await reader.ReadLineAsync(Cancel));

        // Nobody is there to answer.
        Assert.Equal("registrationinprogress", (string?)(await PostAsync(
            "restconf/operations/cisco-smart-license:register-id-token", new JsonObject { ["cisco-smart-license:input"] = new JsonObject { ["id-token"] = "VGVzdA" } }))["cisco-smart-license:output"]!["return-code"]);

        string? line;
        while ((line = await reader.ReadLineAsync(Cancel))?.StartsWith("data: ", StringComparison.Ordinal) == false)
        {
            // The signs of life.
        }

        var notification = JsonNode.Parse(line!["data: ".Length..])!["ietf-restconf:notification"]!.AsObject();
        Assert.NotNull(notification["eventTime"]);
        notification.Remove("eventTime");
        Assert.Equal("cisco-smart-license:registration-fail", notification.First().Key);
        await Yanglint.ValidAsync("notif", notification);
    }

    [Fact]
    public async Task A_collector_pulls_usage_reports()
    {
        await ServeAsync(byPolicy: true);
        Assert.Empty((await GetAsync("smartlic-service/all-reports"))["usage"]!.AsArray());
        await PostAsync("smartlic-service/close-reports", null);

        var listed = (await GetAsync("smartlic-service/list"))["usage_list"]!.AsArray();
        var closed = listed.First(one => (string?)one!["state"] == "CLOSED")!;
        var report = Assert.Single((await GetAsync($"smartlic-service/{closed["id"]}"))["usage"]!.AsArray())!;
        Assert.Equal((ulong)closed["id"]!, SealedReport.Read(report.ToJsonString()).Value.Report.Id);
        Assert.Single((await GetAsync("smartlic-service/days/3"))["usage"]!.AsArray());
        Assert.Equal(
            "rum-report-state-unacknowledged",
            (string?)(await GetAsync(Licensing + "/state/state-info/rum-reports-closed-keys"))["cisco-smart-license:rum-reports-closed-keys"]![0]!["report-state"]);
        Assert.Equal("FAILED", (string?)JsonNode.Parse(await (await SendAsync("smartlic-service/import", Convert.ToBase64String("<no/>"u8))).Content.ReadAsStringAsync(Cancel))!["status"]);
        await RefusedAsync(HttpStatusCode.BadRequest, "malformed-message", await SendAsync("smartlic-service/import", "%%%"));
    }

    [Fact]
    public async Task It_answers_encrypted_or_to_the_device_itself_only()
    {
        await ServeAsync(byPolicy: false, "https://127.0.0.1:0");
        Assert.Equal("https", http.BaseAddress!.Scheme);
        await GetAsync(Licensing);
        using var error = new StringWriter();
        Assert.Equal(ExitCode.Refused, await InvokeAsync(TextWriter.Null, error, "http://0.0.0.0:0"));
        Assert.Contains("use https", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_answered_before_the_owner_sets_a_password()
    {
        Save(byPolicy: false, access: null);
        using var error = new StringWriter();
        Assert.Equal(ExitCode.Refused, await InvokeAsync(TextWriter.Null, error, "http://127.0.0.1:0"));
        Assert.Contains("set a password first", error.ToString(), StringComparison.Ordinal);
        Assert.NotNull(RemoteAccess.Problem("admin", "short"));
    }

    public async ValueTask DisposeAsync()
    {
        await ends.CancelAsync();
        if (served is not null)
        {
            await served;
        }

        http.Dispose();
        ends.Dispose();
        folder.Delete(recursive: true);
    }

    private static AuthenticationHeaderValue Basic(string user, string password) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    private static async Task RefusedAsync(HttpStatusCode status, string tag, HttpResponseMessage answer)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/yang-data+json", answer.Content.Headers.ContentType!.MediaType);
        var errors = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["ietf-restconf:errors"]!["error"]!;
        Assert.Equal(tag, (string?)errors[0]!["error-tag"]);
    }

    private void Save(bool byPolicy, RemoteAccess? access)
    {
        var device = new DeviceDescription { SoftwareTag = WireSamples.SoftwareTag, Pid = "NW-9300-48", Sn = "FOC2501A0B1" };
        new FileTrustedStore(Store).Save(DeviceSetup.Make(device, byPolicy: byPolicy) with
        {
            RemoteAccess = access, Transport = new TransportSettings { Kind = byPolicy ? TransportKind.Off : TransportKind.Smart, SmartUrl = "http://127.0.0.1:1/" },
        });
    }

    private Task<int> InvokeAsync(TextWriter output, TextWriter error, string listen) => CliRoot.Build()
        .Parse(["device", "--store", Store, "serve", "--listen", listen], CliRoot.Parsing)
        .InvokeAsync(new InvocationConfiguration { Output = output, Error = error }, ends.Token);

    private async Task ServeAsync(bool byPolicy, string listen = "http://127.0.0.1:0")
    {
        Save(byPolicy, RemoteAccess.Of("admin", Password));
        if (byPolicy)
        {
            await CliRoot.Build().Parse(["device", "--store", Store, "feature", "request", WireSamples.AdvantageTag, "1"], CliRoot.Parsing).InvokeAsync(cancellationToken: Cancel);
            await Task.Delay(TimeSpan.FromSeconds(1.1), Cancel);
        }

        var output = new Announcement();
        served = InvokeAsync(output, output, listen);
        Assert.True(await Task.WhenAny(served, output.Said, Task.Delay(TimeSpan.FromSeconds(30), Cancel)) == output.Said, output.ToString());
        var said = await output.Said;

        if (listen.StartsWith("https", StringComparison.Ordinal))
        {
            http.Dispose();
            http = Pinned();
        }

        http.BaseAddress = new Uri(said.Split(' ')[2].TrimEnd(',') + "/");
        http.DefaultRequestHeaders.Authorization = Basic("admin", Password);
    }

    /// <summary>Believes the certificate that the device made itself, and no other.</summary>
    private HttpClient Pinned()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(Store + ".tls.pem");
        return new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } });
    }

    private async Task<JsonObject> GetAsync(string address)
    {
        using var answer = await http.GetAsync(new Uri(address, UriKind.Relative), Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!.AsObject();
    }

    private async Task<JsonObject> PostAsync(string address, JsonObject? body)
    {
        using var answer = await SendAsync(address, body?.ToJsonString() ?? "");
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!.AsObject();
    }

    private Task<HttpResponseMessage> SendAsync(string address, string body) =>
        http.PostAsync(new Uri(address, UriKind.Relative), new StringContent(body, new MediaTypeHeaderValue("application/yang-data+json")), Cancel);

    private Task<HttpResponseMessage> EditAsync(string method, string address, string body) => http.SendAsync(
        new HttpRequestMessage(new HttpMethod(method), new Uri(address, UriKind.Relative)) { Content = new StringContent(body, new MediaTypeHeaderValue("application/yang-data+json")) }, Cancel);

    /// <summary>What the device says when it is ready.</summary>
    private sealed class Announcement : StringWriter
    {
        private readonly TaskCompletionSource<string> said = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Said => said.Task;

        public override Task WriteLineAsync(string? value)
        {
            if (value?.StartsWith("Answering at ", StringComparison.Ordinal) == true)
            {
                said.TrySetResult(value);
            }

            return base.WriteLineAsync(value);
        }
    }
}
