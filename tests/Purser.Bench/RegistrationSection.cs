using System.Text.Json.Nodes;
using Purser.Protocol.Wire;

namespace Purser.Bench;

/// <summary>Registrations a second, end to end: every one issues a certificate. The devices stay registered for the other sections.</summary>
internal static class RegistrationSection
{
    public static async Task<JsonObject> RunAsync(BenchStore store, IReadOnlyList<BenchDevice> devices, IReadOnlyList<string> tokens, Options options)
    {
        // The devices that later sections use register first, unmeasured: a warm-up with purpose.
        await using (var server = await BenchServer.StartAsync(store))
        {
            await RegisterAllAsync(server, devices);
        }

        var naive = await store.CopyAsync("naive_registration");
        var ours = await store.CopyAsync("registration");
        var rates = new List<double>();
        var naiveRates = new List<double>();
        await using (var server = await BenchServer.StartAsync(ours))
        {
            for (var round = 0; round < options.Rounds; round++)
            {
                naiveRates.Add(await NaiveRegistrations.RunAsync(naive, options.Seconds / 2));
                var fresh = BenchDevice.Make((int)(options.Seconds * 1500), tokens, 1_000_000 * (round + 1));
                var messages = fresh.AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(device => device.Registration(Estate.Random)).ToList();
                var result = await LoadClient.RunAsync(Door(server), messages, options.Connections, options.Seconds / 6, options.Seconds / 2);
                Answers.Check(result);
                rates.Add(result.PerSecond);
            }
        }

        await naive.DropAsync();
        await ours.DropAsync();
        return Report.Rivals("registrations", rates, naiveRates);
    }

    public static Uri Door(BenchServer server) => new(server.Address, "/licservice/license");

    private static async Task RegisterAllAsync(BenchServer server, IReadOnlyList<BenchDevice> devices)
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 128 });
        await Parallel.ForEachAsync(devices, new ParallelOptions { MaxDegreeOfParallelism = 128 }, async (device, cancellation) =>
        {
            using var content = new ByteArrayContent(device.Registration(Estate.Random));
            content.Headers.ContentType = new("application/json");
            using var answer = await client.PostAsync(Door(server), content, cancellation);
            device.Accept(await answer.Content.ReadAsByteArrayAsync(cancellation));
        });
    }
}

/// <summary>A sample of the answers is read after the clock has stopped: fast and wrong must not count.</summary>
internal static class Answers
{
    public static void Check(LoadResult result)
    {
        if (result.Failed > 0)
        {
            Console.WriteLine($"  {result.Failed} requests were answered with an HTTP error");
        }

        foreach (var body in result.Sample)
        {
            var reply = ReceivedReply.Read(body).Value;
            if (reply.Reply.Status != Purser.Protocol.ReplyStatus.Ok)
            {
                throw new InvalidOperationException($"A sampled answer is {reply.Reply.Status}: {reply.Reply.Code} {reply.Reply.Message}");
            }

            using var signer = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(reply.Chain[0]);
            using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPublicKey(signer)!;
            if (!MessageSignature.Verify(key, reply.Text, reply.Signature))
            {
                throw new InvalidOperationException("A sampled answer is not signed rightly");
            }
        }
    }
}
