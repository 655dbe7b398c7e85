using System.CommandLine;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Service;
using VolMgr.Cli.Virtual;

namespace VolMgr.Cli.Verbs;

/// <summary>volmgr serve holds the lab in the foreground, for NBD and HTTP clients, until it is told to stop.</summary>
internal static class ServeVerb
{
    /// <summary>The verb's name.</summary>
    public const string Name = "serve";

    private static readonly Option<string> nbd = Text(
        "--nbd-tcp", "HOST:PORT", "Serve the volumes by NBD over TCP too, such as 127.0.0.1:10809.");

    private static readonly Option<string> http = Text(
        "--http", "HOST:PORT", "Serve the HTTP API over TCP too; its clients show the token in run/http.token.");

    private static readonly Option<string> tokenFile = Text(
        "--http-token-file", "FILE", "The token that HTTP clients over TCP show, instead of one that is made.");

    private static readonly Option<string> certificate = Text(
        "--tls-certificate", "FILE", "Certificate (PEM) for TCP clients, which then have to use TLS.");

    private static readonly Option<string> key = Text("--tls-key", "FILE", "Its private key (PEM).");

    private static readonly Option<string> authority = Text(
        "--tls-client-ca", "FILE", "Clients show a certificate that was signed by one of these (PEM).");

    private static readonly Option<string> logFormat = LogFormatOption();

    /// <summary>The verb.</summary>
    public static Command Define()
    {
        var command = new Command(
            Name,
            "Bring the lab up and hold it: prints the volumes' URIs, then 'ready'. SIGTERM stops it cleanly, SIGHUP "
            + "rescans devices and reads the certificates again.")
        {
            nbd,
            http,
            tokenFile,
            certificate,
            key,
            authority,
            logFormat,
        };
        // Not an asynchronous action: the parser would end the process two seconds after SIGTERM, finished or not.
        command.SetAction(parsed =>
        {
            ServeOptions options = Read(parsed);
            ServeRestart.WithServerSettings();
            return ServeProcess.RunAsync(options).GetAwaiter().GetResult();
        });
        return command;
    }

    private static ServeOptions Read(ParseResult parsed)
    {
        LabPaths lab = LabPaths.FromEnvironment();
        lab.RequireLab();
        VirtualRules.RequireReal(
            lab, "volmgr serve", "NBD and HTTP clients live in real time; run vx* commands and 'volmgr rehearse'");
        string? token = parsed.GetValue(tokenFile);
        return ServeOptionRules.Check(new ServeOptions
        {
            Lab = lab,
            HostName = Environment.GetEnvironmentVariable("VOLMGR_HOST") ?? "",
            NbdEndPoint = ServeOptionRules.ReadEndPoint(nbd.Name, parsed.GetValue(nbd)),
            HttpEndPoint = ServeOptionRules.ReadEndPoint(http.Name, parsed.GetValue(http)),
            TokenFile = token is null ? null : Path.GetFullPath(token),
            Tls = ServeOptionRules.ReadTls(
                parsed.GetValue(certificate), parsed.GetValue(key), parsed.GetValue(authority)),
            LogFormat = parsed.GetValue(logFormat) == "json" ? LogFormat.Json : LogFormat.Text,
        });
    }

    private static Option<string> Text(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value };

    private static Option<string> LogFormatOption()
    {
        var option = new Option<string>("--log-format") { Description = "How log lines on standard error look." };
        option.AcceptOnlyFromAmong("text", "json");
        return option;
    }
}
