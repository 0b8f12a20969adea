using System.Text.Json;

namespace Purser.Cli.Past;

/// <summary>Where the devices of a demo estate belong, as its server writes it down.</summary>
internal sealed record EstateFile(Uri BaseUrl, int Devices, EstateFile.Credentials Operator, IReadOnlyList<EstateFile.Customer> Accounts, IReadOnlyList<EstateFile.Place> Places)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    public sealed record Credentials(string Id, string Secret);

    public sealed record Customer(string Domain, Credentials Client);

    public sealed record Place(string Account, long VirtualAccountId, string SoftwareTag, string Pid, int Devices, IReadOnlyList<Use> Uses);

    public sealed record Use(string License, int Count);

    public static EstateFile Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<EstateFile>(File.ReadAllBytes(path), Json)!;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CommandException($"{path} cannot be read: {fault.Message}");
        }
    }
}
