using System.Text.Json;
using System.Text.Json.Serialization;
using Purser.Server.Settings;

namespace Purser.Server.Demo;

/// <summary>What a newcomer and her scripts need to get in. Scripts depend on this shape.</summary>
internal sealed record DemoCredentials(
    string BaseUrl,
    string HttpsUrl,
    string CaCertificate,
    DemoSignIn Operator,
    DemoSignIn Admin,
    DemoClient Client,
    DemoAccountName Account,
    string VirtualAccount,
    string Token);

internal sealed record DemoSignIn(string Email, string Password);

internal sealed record DemoClient(string Id, string Secret);

internal sealed record DemoAccountName(string Domain, string Name);

/// <summary>What the simulated fleet needs: a program's credentials for the clock and for each customer, and where its devices live.</summary>
internal sealed record FleetFile(string BaseUrl, int Devices, DemoClient Operator, IReadOnlyList<FleetFile.Customer> Accounts, IReadOnlyList<FleetFile.Place> Places)
{
    internal sealed record Customer(string Domain, DemoClient Client);

    internal sealed record Place(
        string Account, long VirtualAccountId, string VirtualAccount, string SoftwareTag, string Pid, int Devices, IReadOnlyList<Use> Uses);

    internal sealed record Use(string License, int Count);
}

/// <summary>Files that only their owner may read, in the data directory.</summary>
internal static class DemoFiles
{
    public const string CredentialsName = "demo-credentials.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    public static string Credentials(string dataDirectory) => Path.Combine(dataDirectory, CredentialsName);

    /// <summary>Where the credentials wait while the estate's past is still being lived through.</summary>
    public static string PendingCredentials(string dataDirectory) => Path.Combine(dataDirectory, "fleet", CredentialsName);

    public static string Fleet(string dataDirectory) => Path.Combine(dataDirectory, "fleet", "fleet.json");

    public static void Write<T>(string path, T content)
    {
        PrivateFile.MakeFolder(Path.GetDirectoryName(path)!);
        PrivateFile.Write(path, JsonSerializer.Serialize(content, Json) + "\n");
    }
}
