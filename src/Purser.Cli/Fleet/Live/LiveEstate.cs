using System.Text.Json;

namespace Purser.Cli.Fleet.Live;

/// <summary>Where the devices of a live fleet belong, as the server's demo estate writes it down.</summary>
/// <param name="Accounts">Clients that may make tokens.</param>
/// <param name="Places">Devices of one kind in one virtual account.</param>
internal sealed record LiveEstate(IReadOnlyList<LiveEstate.Customer> Accounts, IReadOnlyList<LiveEstate.Place> Places)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    public sealed record Customer(string Domain, FleetCredentials.Client Client);

    public sealed record Place(string Account, long VirtualAccountId, string SoftwareTag, string Pid, int Devices, IReadOnlyList<Use> Uses);

    /// <param name="License">Name or tag.</param>
    public sealed record Use(string License, int Count);

    public static LiveEstate Read(string path)
    {
        try
        {
            var estate = JsonSerializer.Deserialize<LiveEstate>(File.ReadAllBytes(path), Json)!;
            return estate.Places.All(place => place.Uses.Count > 0 && estate.Accounts.Any(account => account.Domain == place.Account))
                ? estate
                : throw new CommandException($"{path}: every place needs at least one license, and its account a client");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CommandException($"{path} cannot be read: {fault.Message}");
        }
    }

    /// <summary>One entry a device. Where fewer are wanted, every place keeps its share.</summary>
    public IReadOnlyList<Place> Spread(int? devices)
    {
        var all = Places.SelectMany(static place => Enumerable.Repeat(place, place.Devices)).ToList();
        var count = devices ?? all.Count;
        return all.Count == 0 ? [] : [.. Enumerable.Range(0, count).Select(index => all[count < all.Count ? (int)((long)index * all.Count / count) : index % all.Count])];
    }
}
